/** What is shown for a User-Agent that names no program. */
export const UNKNOWN_CLIENT = 'unknown';

/** Browsers call themselves Mozilla and each other; the first of these that is in the text is the one. */
const BROWSERS: readonly [token: string, name: string][] = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Version', 'Safari'],
];

/** `name/version`, or a name alone; letters and digits first, so that it is a word and no formula. */
const PRODUCT = /^([A-Za-z0-9][A-Za-z0-9._-]{0,31})(?:\/(?:v?(\d{1,4})(?!\d))?\S*)?(?=\s|$)/;

/**
 * The program and major version out of a User-Agent: `python-requests/2`, `curl/8`, `Firefox/140`. At most 37
 * characters, whatever is sent: nothing that long is a key.
 */
export function clientName(userAgent: string): string {
  const browser = userAgent.startsWith('Mozilla/') ? browserName(userAgent) : null;
  if (browser !== null) return browser;
  const product = PRODUCT.exec(userAgent.trimStart());
  if (!product) return UNKNOWN_CLIENT;
  const [, name, major] = product;
  return major === undefined ? name! : `${name}/${Number(major)}`;
}

function browserName(userAgent: string): string | null {
  for (const [token, name] of BROWSERS) {
    const at = userAgent.indexOf(`${token}/`);
    if (at === -1) continue;
    const major = /^\d{1,4}/.exec(userAgent.slice(at + token.length + 1));
    if (major) return `${name}/${Number(major[0])}`;
  }
  return null;
}

const REMEMBERED_MAX = 1000;

/** `clientName`, worked out once for each text: most callers send the same one all the time. */
export function rememberedClientName(): (userAgent: string) => string {
  const known = new Map<string, string>();
  return (userAgent) => {
    let name = known.get(userAgent);
    if (name === undefined) {
      name = clientName(userAgent);
      if (known.size >= REMEMBERED_MAX) known.clear();
      known.set(userAgent, name);
    }
    return name;
  };
}
