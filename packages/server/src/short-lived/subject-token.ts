import { decodeJwt, decodeProtectedHeader } from 'jose';

/** Only keys that whoever checks does not hold: with a shared or a public secret anybody could have signed. */
export const ALGORITHMS: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

export const TOKEN_LENGTH_MAX = 16_384;
/** How far the issuer's clock may be from this one. */
export const CLOCK_SKEW_SECONDS = 60;
/** Tokens that live longer are no proof of what runs now. */
const LIFETIME_SECONDS_MAX = 86_400;
const SUBJECT_LENGTH_MAX = 1000;
const AUDIENCES_MAX = 20;

/** What a token says of itself. Nothing of it is believed before the signature is. */
export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly iat: number;
  readonly exp: number;
  readonly nbf: number | null;
  readonly all: Readonly<Record<string, unknown>>;
}

export type Read<T> = { ok: true; value: T } | { ok: false; problem: string };

const refuse = (problem: string) => ({ ok: false as const, problem });

/** The claims in a text, if it is a signed JSON Web Token of a form that can be checked; else what is wrong with it. */
export function readToken(text: string): Read<Claims> {
  if (text.length > TOKEN_LENGTH_MAX)
    return refuse(`The token is longer than ${TOKEN_LENGTH_MAX} characters.`);
  const parts = text.split('.').length;
  if (parts === 5)
    return refuse('The token is encrypted, and only its issuer could read it. Send a signed one.');
  if (parts !== 3) return refuse('subject_token is no JSON Web Token. Send it whole, as the issuer gave it.');
  try {
    const { alg } = decodeProtectedHeader(text);
    return algorithmProblem(alg) ?? readClaims(decodeJwt(text));
  } catch {
    return refuse(
      'subject_token is no JSON Web Token: it cannot be decoded. Send it whole, as the issuer gave it.',
    );
  }
}

function algorithmProblem(alg: unknown) {
  if (typeof alg === 'string' && ALGORITHMS.includes(alg)) return null;
  const said = typeof alg === 'string' && /^[\w-]{1,20}$/.test(alg) ? alg : 'unknown';
  const why = said.toLowerCase() === 'none' ? 'that is, not at all' : 'which is not accepted';
  return refuse(
    `The token is signed with the algorithm ${said}, ${why}. Accepted are ${ALGORITHMS.join(', ')}.`,
  );
}

function readClaims(all: Record<string, unknown>): Read<Claims> {
  const { iss, sub, aud, exp, iat, nbf = null } = all;
  const audiences = typeof aud === 'string' ? [aud] : aud;
  if (!isText(iss)) return refuse('The token has no issuer (iss).');
  if (!isText(sub))
    return refuse(`The token has no subject (sub) of up to ${SUBJECT_LENGTH_MAX} characters.`);
  if (!isAudiences(audiences)) return refuse('The token has no audience (aud), or too many.');
  if (!isTime(exp)) return refuse('The token has no end (exp), so it would be good for ever.');
  if (!isTime(iat)) return refuse('The token does not say when it was issued (iat).');
  if (nbf !== null && !isTime(nbf)) return refuse('The token has a beginning (nbf) that is no time.');
  return { ok: true, value: { iss, sub, aud: audiences, exp, iat, nbf, all } };
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= SUBJECT_LENGTH_MAX;

const isAudiences = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.length <= AUDIENCES_MAX && value.every(isText);

/** Seconds since 1970, up to the year 9999. */
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value < 253_402_300_800;

/** What is wrong with the times of a token at `nowSeconds`; null when nothing is. */
export function timesProblem({ iat, exp, nbf }: Claims, nowSeconds: number): string | null {
  const clock = 'Check the clocks of the issuer and of this server.';
  if (nowSeconds >= exp + CLOCK_SKEW_SECONDS) {
    return `The token has expired: exp is ${time(exp)}, and it is ${time(nowSeconds)}. Ask the issuer for a new one.`;
  }
  if (nbf !== null && nbf > nowSeconds + CLOCK_SKEW_SECONDS) {
    return `The token is not valid yet: nbf is ${time(nbf)}, and it is ${time(nowSeconds)}. ${clock}`;
  }
  if (iat > nowSeconds + CLOCK_SKEW_SECONDS) {
    return `The token comes from the future: iat is ${time(iat)}, and it is ${time(nowSeconds)}. ${clock}`;
  }
  if (exp <= iat) return 'The token ends (exp) before it was issued (iat).';
  if (exp - iat > LIFETIME_SECONDS_MAX) {
    return `The token lives ${Math.ceil((exp - iat) / 3600)} hours, and one of more than ${LIFETIME_SECONDS_MAX / 3600} proves too little. Ask the issuer for a shorter one.`;
  }
  return null;
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/**
 * When a key ends at the latest, in milliseconds: `lifetimeSeconds` from now; and never later than both the token's own
 * end and `policySeconds` after it was issued. So a job can work longer than its token of five minutes lives, and
 * whoever sends the same token again and again gets no later.
 */
export function keyEndMs(
  { iat, exp }: Pick<Claims, 'iat' | 'exp'>,
  { lifetimeSeconds, policySeconds }: { lifetimeSeconds: number; policySeconds: number },
  nowMs: number,
): number {
  return Math.min(nowMs + lifetimeSeconds * 1000, Math.max(exp, iat + policySeconds) * 1000);
}
