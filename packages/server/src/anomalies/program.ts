const LENGTH_MAX = 32;

/** No User-Agent, or one without a name. */
export const UNNAMED = 'an unnamed program';

/**
 * The name of the program that a User-Agent begins with, without its version: `python-requests/2.32.3` is
 * `python-requests`, and every browser is `Mozilla`. Letters, digits and `._-` alone: it is shown to people.
 */
export function programOf(userAgent: string): string {
  const [first = ''] = userAgent.trimStart().split(/[/\s;(,]/, 1);
  const name = first.replace(/[^\w.-]/g, '').replace(/[-_.]?v?\d+(\.\d+)+.*$/, '');
  // A credential that was put in the wrong header is no name.
  if (name === '' || /^(instavm_s[kt]_|whsec_)/i.test(name)) return UNNAMED;
  // A text of its own: a piece of a larger one would keep all of it in memory.
  return Buffer.from(name.slice(0, LENGTH_MAX)).toString();
}

const KNOWN_MAX = 2000;

/** Remembers, because the same few programs come again and again. */
export function programReader(): (userAgent: string) => string {
  const known = new Map<string, string>();
  return (userAgent) => {
    let program = known.get(userAgent);
    if (program === undefined) {
      program = programOf(userAgent);
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(userAgent, program);
    }
    return program;
  };
}
