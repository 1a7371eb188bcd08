import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import type { Config } from '../config.ts';
import { openLog } from '../log.ts';
import { serve } from '../serve.ts';
import { type TestScope, temporaryFolder } from './folder.ts';
import { type TestWorld, testWorld } from './world.ts';

export const PASSWORD = 'correct horse battery';

export interface Ask {
  key?: string | undefined;
  cookie?: string;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, with the content type of `headers`. */
  body?: string | FormData | URLSearchParams;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; null when it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any;
}

/** A person with an account of their own, signed in. */
export interface TestPerson {
  id: number;
  accountId: number;
  email: string;
  cookie: string;
  /** Makes an API key through the dashboard's door. */
  key(settings?: Record<string, unknown>): Promise<TestKey>;
}

export interface TestKey {
  id: number;
  text: string;
  publicId: string;
  /** The part that nobody but its holder may know. */
  secret: string;
}

export type TestServer = Awaited<ReturnType<typeof startServer>>;

/**
 * The real server in this process, on a port and a data folder of its own, with the fake driver. It is closed
 * after the test. Start it once for a group of tests that do not disturb one another.
 */
export async function startServer(
  t: TestScope,
  options: { dataDir?: string; world?: TestWorld; config?: Partial<Config> } = {},
) {
  const dataDir = options.dataDir ?? temporaryFolder(t);
  const world = options.world ?? testWorld();
  const logged: string[] = [];
  const log = openLog({ write: (line) => void logged.push(line) });
  const config: Config = {
    host: '127.0.0.1',
    port: 0,
    tls: null,
    trustedProxies: [],
    dataDir,
    cacheDir: dataDir,
    vmDriver: 'fake',
    publicUrl: null,
    signUp: 'owner-only',
    maxKeys: 1000,
    keyRateLimit: null,
    mail: null,
    webhookAllow: [],
    ...options.config,
  };
  const server = await serve(config, world, log, process.getuid!(), process.pid);
  const { url, port, deps } = server;
  // A server of https answers plain http too, to this machine.
  const here = `http://127.0.0.1:${port}`;
  t.after(() => server.close());
  await server.engineDone;

  async function ask(method: string, path: string, { key, cookie, json, body, headers }: Ask = {}) {
    const isChange = method !== 'GET' && method !== 'HEAD';
    const answer = await fetch(here + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(key === undefined ? {} : { 'x-api-key': key }),
        ...(cookie === undefined ? {} : { cookie }),
        ...(path.startsWith('/app') && isChange ? { origin: here } : {}),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
    });
    return read(answer);
  }

  async function signIn(email: string, password = PASSWORD): Promise<string> {
    const answer = await ask('POST', '/app/auth/sign-in/email', { json: { email, password } });
    assert.equal(answer.status, 200, answer.text);
    return cookieOf(answer);
  }

  async function person(name: string): Promise<TestPerson> {
    const email = `${name.toLowerCase()}@example.com`;
    const actor = { type: 'operator', id: 'test', address: null, requestId: null } as const;
    const made = await deps.people.create(actor, { name, email, password: PASSWORD });
    assert.ok(made, `${email} is in use`);
    const cookie = await signIn(email);
    return {
      id: made.personId,
      accountId: made.accountId,
      email,
      cookie,
      async key(settings = {}) {
        const answer = await ask('POST', '/app/v1/api-keys/', { cookie, json: settings });
        assert.equal(answer.status, 201, answer.text);
        return testKey(answer.json);
      },
    };
  }

  /**
   * A request with exactly these lines as its head, and no others, over a connection of its own -> the whole
   * answer. Beside them it carries Host and `Connection: close`.
   */
  async function raw(lines: string[], body = ''): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    const [start, ...headers] = lines;
    const head = [start, 'Host: 127.0.0.1', 'Connection: close', ...headers, '', ''].join('\r\n');
    socket.write(Buffer.from(head + body, 'latin1'));
    return textOf(socket);
  }

  return {
    url,
    port,
    dataDir,
    world,
    deps,
    ask,
    signIn,
    person,
    raw,
    logged,
    close: server.close,
    firstRunToken: server.firstRunToken,
  };
}

export function testKey(record: { id: number; full_key: string }): TestKey {
  const { id, full_key: text } = record;
  return { id, text, publicId: text.slice(11, 23), secret: text.slice(23, 55) };
}

/** `name=value` of the cookies that an answer sets, as a browser sends them back. */
export function cookieOf(answer: Pick<Answer, 'headers'>): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

/** An answer's text without what differs between any two answers. */
export function withoutRequestId(text: string): string {
  return text.replace(/"request_id":"[^"]*"/, '"request_id":""');
}

async function read(answer: Response): Promise<Answer> {
  const text = await answer.text();
  const isJson = /[/+]json/.test(answer.headers.get('content-type') ?? '');
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : null,
  };
}
