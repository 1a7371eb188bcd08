import { scrubSecrets } from '@instavm/sdk';

/**
 * Text from elsewhere as it may be shown in a terminal: control characters, which could move the cursor or
 * change what was printed before, are written out, and of a key only the public part is left.
 */
export function printable(text: string): string {
  return scrubSecrets(text).replace(
    /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `Label: value` lines. */
export function card(rows: [label: string, value: unknown][], indent = ''): string {
  return rows.map(([label, value]) => `${indent}${label}: ${cell(value)}\n`).join('');
}

/** One value of a table or card; `-` when there is none. */
export function cell(value: unknown): string {
  return value === null || value === undefined || value === '' ? '-' : printable(String(value));
}
