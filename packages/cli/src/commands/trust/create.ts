import type { TrustPolicyCreate } from '@instavm/sdk';
import { type Command, positiveInteger } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { durationSeconds } from '../../output/time.ts';
import { ENVIRONMENTS } from '../keys/fields.ts';
import { policyCard } from './card.ts';
import { github, gitlab, kubernetes, type Trusted } from './issuers.ts';

interface Flags {
  name?: string;
  github?: Trusted;
  gitlab?: Trusted;
  kubernetes?: Pick<Trusted, 'subject'>;
  issuer?: string;
  subject?: string;
  audience?: string;
  scope?: string[];
  environment?: (typeof ENVIRONMENTS)[number];
  maxLifetime?: number;
  serviceAccount?: number;
  jwksUrl?: string;
}

export default {
  options: [
    { flags: '--name <text>', description: 'how the policy is called' },
    {
      flags: '--github <repository>',
      description: 'workflows of OWNER/REPO, or of OWNER/REPO@BRANCH alone; also @environment:NAME',
      parse: github,
    },
    {
      flags: '--gitlab <project>',
      description:
        'jobs of GROUP/PROJECT, or of GROUP/PROJECT@BRANCH alone; --issuer for a GitLab of your own',
      parse: gitlab,
    },
    {
      flags: '--kubernetes <account>',
      description: 'pods of the service account NAMESPACE/NAME; with the --issuer of the cluster',
      parse: kubernetes,
    },
    { flags: '--issuer <url>', description: '`iss` of the tokens' },
    { flags: '--subject <pattern>', description: '`sub` of the tokens; * for a part of it, ** for any rest' },
    { flags: '--audience <text>', description: "`aud` of the tokens (default: this server's address)" },
    {
      flags: '--scope <scope>',
      description: 'what the keys may do (default exec-only); repeatable',
      repeatable: true,
    },
    { flags: '--environment <name>', description: 'of the keys', choices: ENVIRONMENTS },
    {
      flags: '--max-lifetime <time>',
      description: 'of each key, 1m to 60m (default 60m)',
      parse: durationSeconds,
    },
    {
      flags: '--service-account <id>',
      description: 'the keys belong to it instead of to you',
      parse: positiveInteger,
    },
    { flags: '--jwks-url <url>', description: "where the issuer's keys are, if it does not say so itself" },
  ],
  help: [
    'Whoever holds a token of the issuer for this subject and audience gets an API key that ends soon, with',
    '`instavm auth exchange --token-stdin`: so CI needs no stored key.',
  ].join('\n'),
  async run({ io, json, options, print, printJson, ...context }) {
    const flags = options as Flags;
    const trusted = trustedOf(flags);
    if (flags.name === undefined) throw missing('--name');
    const client = await context.client();
    const fields: TrustPolicyCreate = {
      name: flags.name,
      ...trusted,
      audience: flags.audience ?? client.baseUrl,
      ...(flags.scope && { scopes: flags.scope }),
      ...(flags.environment && { environment: flags.environment }),
      ...(flags.maxLifetime !== undefined && { max_seconds: flags.maxLifetime }),
      ...(flags.serviceAccount !== undefined && { service_account_id: flags.serviceAccount }),
      ...(flags.jwksUrl !== undefined && { jwks_url: flags.jwksUrl }),
    };
    const policy = await client.trustPolicies.create(fields, { signal: io.signal });
    if (json) printJson(policy);
    else print(policyCard(policy, io.now()));
    return undefined;
  },
} satisfies Command;

/** One short form at most; what is given beside it wins, so that it serves an issuer of one's own as well. */
function trustedOf(flags: Flags): Trusted {
  const { issuer: givenIssuer, subject: givenSubject } = flags;
  const given = [flags.github, flags.gitlab, flags.kubernetes].filter((form) => form !== undefined);
  if (given.length > 1) {
    throw usageError(
      'Several issuers were given',
      'A policy trusts one',
      'Make a policy for each of --github, --gitlab and --kubernetes',
    );
  }
  const short: Partial<Trusted> = given[0] ?? {};
  const issuer = givenIssuer ?? short.issuer;
  const subject = givenSubject ?? short.subject;
  if (issuer === undefined) throw missing('--issuer');
  if (subject === undefined) throw missing('--subject');
  return { issuer, subject };
}

function missing(flag: string) {
  return usageError(
    `${flag} is missing`,
    'A policy says whose tokens it trusts, and for whom',
    'See `instavm trust create --help`: --github, --gitlab and --kubernetes are short forms',
  );
}
