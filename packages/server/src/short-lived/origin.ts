import { scrubSecrets } from '@instavm/keyformat';
import type { Claims } from './subject-token.ts';

/** What is worth knowing of a job later, by its issuer's names: GitHub's, GitLab's; Kubernetes nests its own. */
const OF_JOB = [
  ...[
    'repository',
    'repository_owner',
    'workflow_ref',
    'run_id',
    'run_attempt',
    'actor',
    'ref',
    'environment',
  ],
  ...['project_path', 'project_id', 'pipeline_id', 'job_id', 'user_login'],
];
const TEXT_LENGTH_MAX = 200;
/** Of a label, as the contract has it. */
const LABEL_LENGTH_MAX = 120;

/** What of a token goes into the audit trail, as short texts; nothing else of it is kept. */
export function originOf(claims: Claims): Record<string, string> {
  const origin: Record<string, string> = {};
  const note = (name: string, value: unknown) => {
    if (typeof value === 'string' || typeof value === 'number') origin[name] = short(String(value));
  };
  note('issuer', claims.iss);
  note('subject', claims.sub);
  note('token_id', claims.all.jti);
  for (const name of OF_JOB) note(name, claims.all[name]);
  const cluster = claims.all['kubernetes.io'] as
    | { namespace?: unknown; serviceaccount?: { name?: unknown }; pod?: { name?: unknown } }
    | undefined;
  note('namespace', cluster?.namespace);
  note('service_account', cluster?.serviceaccount?.name);
  note('pod', cluster?.pod?.name);
  return origin;
}

/** The label of a key: whose token it was given for. Null where nothing of it can be shown. */
export function labelOf({ sub }: Pick<Claims, 'sub'>): string | null {
  return short(sub).slice(0, LABEL_LENGTH_MAX).toWellFormed().trim() || null;
}

/** Texts of an issuer are foreign: without controls, and without anything that looks like a secret of ours. */
function short(text: string): string {
  return scrubSecrets(text.slice(0, 2 * TEXT_LENGTH_MAX).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')).slice(
    0,
    TEXT_LENGTH_MAX,
  );
}
