/**
 * Takes secrets out of free text: logs, errors, names of files. A secret that lost its end is still one, so
 * nothing here asks for length or checksum. What may be shown of it stays, so that the key can be found.
 */
export function scrubSecrets(text: string): string {
  let clean = text;
  if (TEXT_HINT.test(clean)) clean = clean.replace(TEXT, (_, shown = 'whsec_') => `${shown}…`);
  if (BYTES_HINT.test(clean)) clean = clean.replace(DECIMALS, scrubDecimals);
  if (HEX_HINT.test(clean)) clean = clean.replace(HEX, '…');
  if (BASE64_HINT.test(clean)) clean = clean.replace(BASE64, '…');
  return clean;
}

// A character as it is, percent-encoded (`%5F`, also twice: `%255F`) or escaped (`\u005f`, `\x5f`, also inside
// a string that was escaped again).
// Every repetition in a beginning is bounded: a line of nothing but backslashes must not take quadratic time.
const ENCODED = String.raw`(?:%(?:25){0,3}|\\{1,8}(?:u00|x))`;
const literal = (text: string) =>
  [...text].map((letter) => `(?:${letter}|${ENCODED}${letter.charCodeAt(0).toString(16)})`).join('');
const BASE62 = `(?:[0-9A-Za-z]|${ENCODED}(?:3\\d|[46][1-9a-f]|[57][\\da]))`;
const KEY_START = `${literal('instavm_s')}(?:[kt]|${ENCODED}(?:6b|74))${literal('_')}`;
const WEBHOOK_START = literal('whsec_');
// A second secret that follows without a gap begins a match of its own.
const OTHERS = `(?!${KEY_START}|${WEBHOOK_START})`;

const TEXT = new RegExp(
  `(${KEY_START}${BASE62}{12})(?:${OTHERS}${BASE62})+|${WEBHOOK_START}(?:${OTHERS}(?:${BASE62}|[+/=-]|${ENCODED}(?:2[bdf]|3d)))+`,
  'gi',
);
const TEXT_HINT = /vm_s[kt]|hsec_|%(?:25)*[5-7]|\\(?:u00|x)[5-7]/i;

// Bytes as numbers: JSON of a Buffer (`[105,110,...]`) or of another array of bytes (`{"0":105,"1":110,...}`),
// or either as an error's message shows it, in lines.
const GAP = String.raw`(?:\s|\\{1,8}[nrt]){0,99}`;
const INDEX = String.raw`(?:\\{0,8}"?\d{1,7}\\{0,8}"?${GAP}:${GAP})?`;
const DECIMALS = new RegExp(`${INDEX}\\d{1,3}(?:${GAP},${GAP}${INDEX}\\d{1,3}){6,}`, 'g');
const BYTES_HINT = /\d{2,3}\D{1,12}\d{2,3}\D{1,12}\d{2,3}/;

function scrubDecimals(list: string): string {
  const bytes = [...list.matchAll(/\d{1,3}(?=\D*(?:,|$))/g)];
  const text = bytes.map(([digits]) => String.fromCharCode(Number(digits))).join('');
  if (text.replace(TEXT, '') === text) return list;
  // Still a list of numbers, so that the line stays what it is.
  return `${/^\D*\d+\D*:/.exec(list)?.[0] ?? ''}0`;
}

const hexOf = (text: string) => [...text].map((letter) => letter.charCodeAt(0).toString(16)).join('[ :]?');
const HEX = new RegExp(`(?:${hexOf('instavm_s')}|${hexOf('whsec_')})(?:[ :]?[0-9a-f]{2})+`, 'gi');
const HEX_HINT = /69[ :]?6e[ :]?73|77[ :]?68[ :]?73/i;

// The same nine or six letters in base64, at each of the three places in a group of four.
const BASE64_STARTS = ['aW5zdGF2bV9z', 'luc3Rhdm1fc', 'pbnN0YXZtX3', 'd2hzZWNf', 'doc2VjX', '3aHNlY1'];
const BASE64 = new RegExp(`(?:${BASE64_STARTS.join('|')})[0-9A-Za-z+/_=-]+`, 'g');
const BASE64_HINT = new RegExp(BASE64_STARTS.map((start) => start.slice(1, 5)).join('|'));
