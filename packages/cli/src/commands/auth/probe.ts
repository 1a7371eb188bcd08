import {
  type ApiKey,
  AuthenticationError,
  type CallOptions,
  ForbiddenError,
  type InstaVM,
  InstaVMError,
  NetworkError,
  NotFoundError,
  ServerError,
  type Whoami,
} from '@instavm/sdk';

export interface Probe {
  reachable: boolean;
  /** null: the server did not say. */
  accepted: boolean | null;
  /** Why it was not accepted, or not reached. */
  error: InstaVMError | null;
  /** What the key is; null where the server does not tell that. */
  whoami: Whoami | null;
}

const PROBE_TIMEOUT_MS = 10_000;

/** One call that proves a key. A key that may not read its account is still one that the server takes. */
export async function probeKey(client: InstaVM, signal: AbortSignal): Promise<Probe> {
  const options = { signal, timeoutMs: PROBE_TIMEOUT_MS };
  try {
    const whoami = await whoamiOf(client, options);
    if (!whoami) await client.users.me(options);
    return { reachable: true, accepted: true, error: null, whoami };
  } catch (error) {
    if (!(error instanceof InstaVMError)) throw error;
    const answer = { reachable: true, error, whoami: null };
    if (error instanceof AuthenticationError) return { ...answer, accepted: false };
    if (error instanceof ForbiddenError) {
      const accepted = error.code === 'permission_denied';
      return { ...answer, accepted, error: accepted ? null : error };
    }
    const lost = error instanceof NetworkError && !(error instanceof ServerError);
    return { ...answer, reachable: !lost, accepted: null };
  }
}

/** What the key is and should know; null on a server that does not have the question yet. */
export async function whoamiOf(client: InstaVM, call: CallOptions): Promise<Whoami | null> {
  try {
    return await client.whoami(call);
  } catch (error) {
    if (error instanceof NotFoundError || (error instanceof ServerError && error.status === 501)) return null;
    throw error;
  }
}

/** Whether a server answers at `baseUrl`, without a key. */
export async function probeServer(baseUrl: string, signal: AbortSignal): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]);
    await (
      await fetch(`${baseUrl.replace(/\/+$/, '')}/healthz`, { signal: limit, redirect: 'manual' })
    ).text();
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** What the server knows of the account's keys; empty where the key in force may not see it. */
export async function recordsByPrefix(client: InstaVM, signal: AbortSignal): Promise<Map<string, ApiKey>> {
  try {
    const keys = await client.apiKeys.list({ status: 'all', signal, timeoutMs: PROBE_TIMEOUT_MS });
    return new Map(keys.map((key) => [key.key_prefix, key]));
  } catch (error) {
    if (error instanceof InstaVMError) return new Map();
    throw error;
  }
}
