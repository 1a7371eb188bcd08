import { type InstaVM, InstaVMError } from '@instavm/sdk';
import type { Finding } from './finding.ts';

export interface LeakReport {
  /** Masked keys that the server has taken the report of. */
  reported: string[];
  /** What stopped the rest. */
  error: InstaVMError | null;
}

/**
 * Sends each API key that was found to the server, once, which revokes it if it is one of its own. The server's
 * answer is the same for every key, so nothing more is known afterwards. Other kinds are not for it and not sent.
 */
export async function reportLeaks(
  client: InstaVM,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<LeakReport> {
  const keys = new Map(
    findings.filter(({ kind }) => kind === 'api_key').map(({ secret, masked }) => [secret, masked]),
  );
  const reported: string[] = [];
  for (const [key, masked] of keys) {
    try {
      await client.apiKeys.reportLeak(key, { signal });
      reported.push(masked);
    } catch (error) {
      if (error instanceof InstaVMError) return { reported, error };
      throw error;
    }
  }
  return { reported, error: null };
}
