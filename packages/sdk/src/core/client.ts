import type { Execution, StartedTask, Task, UploadedFile, Whoami } from '../generated/types.ts';
import { parseBaseUrl } from '../internal/base-url.ts';
import { KeySource } from '../internal/key-source.ts';
import { OwnSession } from '../internal/own-session.ts';
import { createTransport, type Retry, type Transport } from '../internal/transport.ts';
import { Account } from '../resources/account.ts';
import { Anomalies } from '../resources/anomalies.ts';
import { ApiKeys } from '../resources/api-keys.ts';
import { Audit } from '../resources/audit.ts';
import type { CallOptions } from '../resources/call-options.ts';
import { Credits } from '../resources/credits.ts';
import { type ExecuteOptions, Executions, type TaskOptions } from '../resources/executions.ts';
import { type DownloadedBytes, type FileOptions, Files } from '../resources/files.ts';
import { Invitations } from '../resources/invitations.ts';
import { Members } from '../resources/members.ts';
import { SandboxTokens } from '../resources/sandbox-tokens.ts';
import { ServiceAccounts } from '../resources/service-accounts.ts';
import { Sessions } from '../resources/sessions.ts';
import { SshKeys } from '../resources/ssh-keys.ts';
import { TrustPolicies } from '../resources/trust-policies.ts';
import { Usage } from '../resources/usage.ts';
import { Users } from '../resources/users.ts';
import { Vms } from '../resources/vms.ts';
import { Webhooks } from '../resources/webhooks.ts';
import type { Credential } from './credential.ts';
import { type ExchangedKey, type ExchangeOptions, exchange } from './exchange-token.ts';

/** Where a self-hosted server listens unless it is told otherwise. */
export const DEFAULT_BASE_URL = 'http://127.0.0.1:8080';

/** Which server, and how it is reached. */
export interface ServerOptions {
  /** Address of the server; `http://127.0.0.1:8080` unless said. Plain http is for this machine alone. */
  baseUrl?: string | undefined;
  /** Instead of the platform's. */
  fetch?: typeof globalThis.fetch | undefined;
}

export interface InstaVMOptions extends ServerOptions {
  /** Milliseconds until a call gives up; 300 000 unless said. */
  timeoutMs?: number | undefined;
  /** Ends every call of this client. */
  signal?: AbortSignal | undefined;
  /** Named to the server in front of this client's own name. */
  userAgent?: string | undefined;
  /**
   * How often a request is sent again at most: over a limit as soon as the server allows it, after a lost answer or a
   * passing failure where sending twice does no more than once. 4 unless said.
   */
  maxRetries?: number | undefined;
  /** Of all waits of one call together. A longer one is not waited but thrown at once; 60 unless said, 0 for none. */
  maxWaitSeconds?: number | undefined;
  /** Ends waits between attempts and no request under way; the call then rejects with the signal's reason. */
  waitSignal?: AbortSignal | undefined;
  /** Told before each wait. */
  onRetry?: ((retry: Retry) => void) | undefined;
  /** Told with each answer how many seconds the key has left, in its last 14 days. */
  onKeyExpiring?: ((seconds: number) => void) | undefined;
}

/** Client of one server with one API key. Makes no request until a method is called. */
export class InstaVM {
  readonly vms: Vms;
  readonly sessions: Sessions;
  readonly executions: Executions;
  readonly files: Files;
  readonly apiKeys: ApiKeys;
  readonly audit: Audit;
  readonly users: Users;
  readonly sshKeys: SshKeys;
  readonly account: Account;
  readonly members: Members;
  readonly invitations: Invitations;
  readonly serviceAccounts: ServiceAccounts;
  readonly usage: Usage;
  readonly credits: Credits;
  readonly webhooks: Webhooks;
  readonly anomalies: Anomalies;
  readonly trustPolicies: TrustPolicies;
  readonly sandboxTokens: SandboxTokens;
  readonly baseUrl: string;
  readonly #ownSession: OwnSession;
  readonly #send: Transport;

  /** `new InstaVM(apiKey, options)`, or `new InstaVM({ credential, ...options })` with a function that gets keys. */
  constructor(apiKey: string, options?: InstaVMOptions);
  constructor(options: InstaVMOptions & { credential: Credential });
  constructor(first: string | (InstaVMOptions & { credential: Credential }), given: InstaVMOptions = {}) {
    const options = typeof first === 'string' ? given : first;
    this.baseUrl = parseBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL);
    const send = transportOf(typeof first === 'string' ? first : first.credential, this.baseUrl, options);
    this.#send = send;
    this.vms = new Vms(send);
    this.sessions = new Sessions(send);
    this.executions = new Executions(send);
    this.files = new Files(send);
    this.apiKeys = new ApiKeys(send);
    this.audit = new Audit(send);
    this.users = new Users(send);
    this.sshKeys = new SshKeys(send);
    this.account = new Account(send);
    this.members = new Members(send);
    this.invitations = new Invitations(send);
    this.serviceAccounts = new ServiceAccounts(send);
    this.usage = new Usage(send);
    this.credits = new Credits(send);
    this.webhooks = new Webhooks(send);
    this.anomalies = new Anomalies(send);
    this.trustPolicies = new TrustPolicies(send);
    this.sandboxTokens = new SandboxTokens(send);
    this.#ownSession = new OwnSession(this.sessions);
  }

  /** An API key that ends soon for an identity token of CI or a platform: scripts then keep no key. Needs no key. */
  static exchangeToken({
    baseUrl,
    fetch,
    ...options
  }: ExchangeOptions & ServerOptions): Promise<ExchangedKey> {
    const base = parseBaseUrl(baseUrl ?? DEFAULT_BASE_URL);
    return exchange(transportOf('', base, { fetch }), options, Date.now);
  }

  /** What the key is and may do, what it should know of itself, and its account's limits. */
  whoami(call: CallOptions = {}): Promise<Whoami> {
    return this.#send('GET', '/v1/whoami', call);
  }

  /** Runs code and waits for its result. Without `sessionId` it runs in a session that the client starts and keeps. */
  execute(code: string, options: ExecuteOptions = {}): Promise<Execution> {
    return this.#ownSession.within(options.sessionId, (id) => this.executions.run(code, id, options));
  }

  /** Starts code; `getTaskResult` of the answer's `task_id` waits for its result. */
  executeAsync(code: string, options: ExecuteOptions = {}): Promise<StartedTask> {
    return this.#ownSession.within(options.sessionId, (id) => this.executions.start(code, id, options));
  }

  getTaskResult(taskId: string, options: TaskOptions = {}): Promise<Task> {
    return this.executions.result(taskId, options);
  }

  upload(
    content: Blob | Uint8Array<ArrayBuffer>,
    remotePath: string,
    options: FileOptions = {},
  ): Promise<UploadedFile> {
    return this.#ownSession.within(options.sessionId, (id) =>
      this.files.upload(content, remotePath, id, options),
    );
  }

  download(remotePath: string, options: FileOptions = {}): Promise<DownloadedBytes> {
    return this.#ownSession.within(options.sessionId, (id) => this.files.download(remotePath, id, options));
  }

  /** Ends the session that this client started by itself, if it did. */
  close(): Promise<void> {
    return this.#ownSession.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function transportOf(credential: Credential, baseUrl: string, options: InstaVMOptions): Transport {
  return createTransport({
    key: new KeySource(credential, Date.now),
    baseUrl,
    // Called as a plain function: some platforms refuse fetch as a method of another object.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: options.timeoutMs ?? 300_000,
    signal: options.signal,
    userAgent: [options.userAgent, 'instavm-sdk-js/0.1.0'].filter(Boolean).join(' '),
    maxRetries: options.maxRetries ?? 4,
    maxWaitMs: (options.maxWaitSeconds ?? 60) * 1000,
    random: Math.random,
    waitSignal: options.waitSignal,
    onRetry: options.onRetry,
    onKeyExpiring: options.onKeyExpiring,
  });
}
