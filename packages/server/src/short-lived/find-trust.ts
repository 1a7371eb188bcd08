import type { Kysely } from 'kysely';
import type { Owners } from '../auth/owners.ts';
import type { Database } from '../db/schema.ts';
import type { ApiError } from '../http/errors.ts';
import { invalidExchange, invalidToken } from './exchange-request.ts';
import type { IssuerKeys, IssuerUnreachableError, KeySource } from './issuer-keys.ts';
import { livePolicy, policiesOfIssuer, type TrustPolicyRow } from './policy-store.ts';
import { type Claims, readToken, timesProblem } from './subject-token.ts';
import { takesAudience, takesSubject } from './trust-policy.ts';
import { isSignedBy } from './verify-token.ts';

export interface FindTrustDeps {
  db: Kysely<Database>;
  owners: Owners;
  issuerKeys: IssuerKeys;
  now(): number;
}

/** How a search ended. `about` is the account whose policies it came as far as, if it is one alone. */
export type Trust =
  | { found: 'policy'; policy: TrustPolicyRow; claims: Claims }
  | { found: 'nothing'; error: ApiError; about: TrustPolicyRow | null }
  | { found: 'unreachable'; error: IssuerUnreachableError };

/** One issuer's, of all accounts. */
const POLICIES_MAX = 1000;
/** Where the keys of one issuer may be, as its policies say; whoever has another names their policy. */
const SOURCES_MAX = 4;

/**
 * The one policy that a token fits, among those of all accounts. What is said of a token that fits none never depends
 * on anything of a policy but its issuer and audience, and on those only once the signature is right: then it names
 * what the token says, and its sender compares.
 */
export async function findTrust(deps: FindTrustDeps, token: string, policyId: number | null): Promise<Trust> {
  const read = readToken(token);
  if (!read.ok) return nothing(read.problem);
  const claims = read.value;
  const policies = await policiesOf(deps.db, claims.iss, policyId);
  const signed = await signedPolicies(deps, token, claims, policies, policyId);
  if ('unreachable' in signed) return { found: 'unreachable', error: signed.unreachable };
  const candidates = signed.policies;
  if (candidates.length === 0) return nothing(unknownIssuer(claims));

  const late = timesProblem(claims, deps.now() / 1000);
  if (late) return nothing(late, candidates);
  const heard = candidates.filter((policy) => takesAudience(policy, claims));
  if (heard.length === 0) return nothing(wrongAudience(claims), candidates);
  const fitting = heard.filter(
    (policy) => takesSubject(policy, claims) && (policyId ?? policy.id) === policy.id,
  );
  if (fitting.length === 0) return nothing(wrongSubject(claims, policyId), heard);
  const open = fitting.filter((policy) => {
    const owner = deps.owners.of(policy);
    return owner.isActive && owner.account.isOpen;
  });
  const [policy, ...more] = open;
  if (!policy) return nothing(wrongOwner, fitting);
  if (more.length > 0) return { found: 'nothing', error: invalidExchange(ambiguous), about: null };
  return { found: 'policy', policy, claims };
}

/** However many others have, the one that is named is among them. */
async function policiesOf(
  db: Kysely<Database>,
  issuer: string,
  policyId: number | null,
): Promise<TrustPolicyRow[]> {
  const policies = await policiesOfIssuer(db, issuer, POLICIES_MAX);
  if (policyId === null || policies.length < POLICIES_MAX) return policies;
  const named = await livePolicy(db, policyId);
  return named?.issuer === issuer && !policies.some(({ id }) => id === named.id)
    ? [...policies, named]
    : policies;
}

/** Those whose source of keys has the one that the token was signed with. */
async function signedPolicies(
  { issuerKeys }: FindTrustDeps,
  token: string,
  claims: Claims,
  policies: readonly TrustPolicyRow[],
  policyId: number | null,
): Promise<{ policies: TrustPolicyRow[] } | { unreachable: IssuerUnreachableError }> {
  const asked = policies.filter(({ id }) => id === policyId);
  // A number that names nothing here changes nothing of what is said.
  const fitting = policies.filter((policy) => takesAudience(policy, claims) && takesSubject(policy, claims));
  const wanted = asked.length > 0 ? asked : fitting.length > 0 ? fitting : policies;
  const sources = sourcesOf(claims.iss, wanted).slice(0, SOURCES_MAX);
  const looks = await Promise.all(
    sources.map(async (source) => ({ source, look: await isSignedBy(issuerKeys, source, token) })),
  );
  const right = new Set(
    looks.filter(({ look }) => 'signed' in look && look.signed).map(({ source }) => source.jwksUrl),
  );
  const down = looks.map(({ look }) => ('unreachable' in look ? look.unreachable : null)).find(Boolean);
  if (right.size === 0 && down) return { unreachable: down };
  return { policies: policies.filter(({ jwks_url: url }) => right.has(url)) };
}

/** The issuer's own discovery first: nobody's policy can take its place. */
function sourcesOf(issuer: string, policies: readonly TrustPolicyRow[]): KeySource[] {
  const urls = [...new Set(policies.map(({ jwks_url: url }) => url))];
  return urls.sort((a, b) => Number(a !== null) - Number(b !== null)).map((jwksUrl) => ({ issuer, jwksUrl }));
}

function nothing(detail: string, policies: readonly TrustPolicyRow[] = []): Trust {
  const isOneAccount = new Set(policies.map(({ account_id: id }) => id)).size === 1;
  return { found: 'nothing', error: invalidToken(detail), about: isOneAccount ? policies[0]! : null };
}

/** The same for an issuer that nobody trusts, a key that it does not have, and a signature that is wrong. */
function unknownIssuer({ iss }: Claims): string {
  return `No trust policy takes tokens of the issuer ${shown(iss)} with this signature. Compare iss with the policy, to the slash at its end, and check that the token is whole and signed by that issuer.`;
}

function wrongAudience({ aud }: Claims): string {
  return `The token is for the audience ${aud.map(shown).join(', ')} (aud), which no trust policy for its issuer names. Ask the issuer for a token with the audience of the policy.`;
}

function wrongSubject({ sub }: Claims, policyId: number | null): string {
  const which =
    policyId === null
      ? 'no trust policy for its issuer and audience takes'
      : `trust policy ${policyId} does not take, or does not take together with its issuer and audience, or is not there`;
  return `The token is for the subject ${shown(sub)} (sub), which ${which}. Compare it with the subject of the policy.`;
}

const wrongOwner =
  'The trust policy takes this token, but whoever its keys belong to is suspended or gone. Ask an owner of the account.';

const ambiguous = 'The token fits more than one trust policy. Say which with policy_id.';

/** What the sender has said themselves. */
function shown(text: string): string {
  return `'${text.slice(0, 200).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')}'`;
}
