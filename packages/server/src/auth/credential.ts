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
      header = cutBlanks(rawHeaders[i + 1]!);
    } else if (name.length === 13 && name.toLowerCase() === 'authorization') {
      const value = rawHeaders[i + 1]!;
      if (!/^bearer([ \t]|$)/i.test(value)) continue;
      if (bearer !== null) return CONFLICT;
      bearer = cutBlanks(value.slice(6));
    }
  }
  if (header !== null) {
    if (bearer !== null && bearer !== header) return CONFLICT;
    return { kind: 'key', text: header, source: 'x-api-key' };
  }
  return bearer === null ? NONE : { kind: 'key', text: bearer, source: 'bearer' };
}

/** The white space that HTTP knows, and no other: a key with a foreign one at its end is a wrong key. */
export function cutBlanks(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '');
}
