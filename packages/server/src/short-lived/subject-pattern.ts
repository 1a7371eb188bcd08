type Part = { literal: string } | 'segment' | 'anything';

/** `*` stands for any characters but a colon or a slash, `**` for any at all; all else is itself. */
function partsOf(pattern: string): Part[] {
  return pattern
    .split(/(\*\*|\*)/)
    .filter((text) => text !== '')
    .map((text) => (text === '**' ? 'anything' : text === '*' ? 'segment' : { literal: text }));
}

/**
 * Whether a pattern takes the whole of a subject. For each part of the pattern it notes every place of the subject
 * that can be reached, so that it takes their product in steps, whatever stars there are.
 */
export function matchesSubject(pattern: string, subject: string): boolean {
  const { length } = subject;
  let reached = new Uint8Array(length + 1);
  reached[0] = 1;
  for (const part of partsOf(pattern)) {
    const next = new Uint8Array(length + 1);
    for (let at = 0; at <= length; at++) {
      if (typeof part === 'object') {
        if (reached[at] && subject.startsWith(part.literal, at)) next[at + part.literal.length] = 1;
      } else {
        const goesOn = at > 0 && next[at - 1] && (part === 'anything' || !isDivider(subject[at - 1]!));
        if (reached[at] || goesOn) next[at] = 1;
      }
    }
    if (!next.includes(1)) return false;
    reached = next;
  }
  return reached[length] === 1;
}

function isDivider(letter: string): boolean {
  return letter === ':' || letter === '/';
}

/** Anybody can have a token of these, with any audience: who somebody is, the subject alone says. */
const OPEN_TO_ALL: ReadonlySet<string> = new Set([
  'https://token.actions.githubusercontent.com',
  'https://gitlab.com',
  'https://accounts.google.com',
  'https://agent.buildkite.com',
  'https://app.terraform.io',
  'https://oidc.vercel.com',
]);

/** `repo:acme/`: what is in front of the first star names one owner to the end. */
const NAMES_AN_OWNER = /^[\w-]+:[^:/]+[:/]/;

/** Anybody's token is compared with everybody's patterns, so each must be cheap. */
const STARS_MAX = 10;

/** What is wrong with a pattern for the tokens of an issuer, in words; null when nothing is. */
export function subjectProblem(issuer: string, pattern: string): string | null {
  if (partsOf(pattern).filter((part) => typeof part === 'string').length > STARS_MAX)
    return `has more than ${STARS_MAX} stars`;
  const star = pattern.indexOf('*');
  if (star === -1 || !OPEN_TO_ALL.has(issuer)) return null;
  if (NAMES_AN_OWNER.test(pattern.slice(0, star))) return null;
  return 'would take tokens of strangers, because everybody can have some of this issuer: name one owner whole before the first star, as in repo:acme/* or project_path:acme/*';
}
