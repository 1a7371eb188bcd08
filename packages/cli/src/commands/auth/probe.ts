import {
  type ApiKey,
  AuthenticationError,
  ForbiddenError,
  type InstaVM,
  InstaVMError,
  NetworkError,
  ServerError,
} from '@instavm/sdk';

export interface Probe {
  reachable: boolean;
  /** null: the server did not say. */
  accepted: boolean | null;
  /** Why it was not accepted, or not reached. */
  error: InstaVMError | null;
}

const PROBE_TIMEOUT_MS = 10_000;

/** One call that proves a key. A key that may not read its account is still one that the server takes. */
export async function probeKey(client: InstaVM, signal: AbortSignal): Promise<Probe> {
  try {
    await client.users.me({ signal, timeoutMs: PROBE_TIMEOUT_MS });
    return { reachable: true, accepted: true, error: null };
  } catch (error) {
    if (!(error instanceof InstaVMError)) throw error;
    if (error instanceof AuthenticationError) return { reachable: true, accepted: false, error };
    if (error instanceof ForbiddenError) {
      const accepted = error.code === 'permission_denied';
      return { reachable: true, accepted, error: accepted ? null : error };
    }
    const lost = error instanceof NetworkError && !(error instanceof ServerError);
    return { reachable: !lost, accepted: null, error };
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
