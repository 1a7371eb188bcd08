/** The one credential of a request, or why there is none. Pure; the text is looked at nowhere else. */
export type Credential =
  | { kind: 'key'; text: string; source: 'x-api-key' | 'bearer' }
  | { kind: 'none' }
  | { kind: 'conflict' };

const NONE: Credential = { kind: 'none' };
const CONFLICT: Credential = { kind: 'conflict' };

/**
 * Reads `X-API-Key` and `Authorization: Bearer` out of the raw header list (name, value, name, value, ...), in
 * which repeated headers stand apart: Node's own `headers` would join or drop them silently. `Basic` is ignored,
 * because Python's requests adds it from a netrc file. The same key in both headers is one credential.
 */
export function readCredential(rawHeaders: readonly string[]): Credential {
  let header: string | null = null;
  let bearer: string | null = null;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 9 && name.toLowerCase() === 'x-api-key') {
      if (header !== null) return CONFLICT;
      header = rawHeaders[i + 1]!.trim();
    } else if (name.length === 13 && name.toLowerCase() === 'authorization') {
      const value = rawHeaders[i + 1]!;
      if (!/^bearer(\s|$)/i.test(value)) continue;
      if (bearer !== null) return CONFLICT;
      bearer = value.slice(6).trim();
    }
  }
  if (header !== null) {
    if (bearer !== null && bearer !== header) return CONFLICT;
    return { kind: 'key', text: header, source: 'x-api-key' };
  }
  return bearer === null ? NONE : { kind: 'key', text: bearer, source: 'bearer' };
}
