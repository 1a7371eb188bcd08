/** Who signs the tokens, and whom they are for. */
export interface Trusted {
  issuer: string;
  /** `*` stands for any characters but a `:` or `/`, `**` for any at all. */
  subject: string;
}

const GITHUB = 'https://token.actions.githubusercontent.com';
const GITLAB = 'https://gitlab.com';

/** `OWNER/REPO`, of any branch, or `OWNER/REPO@REF`: a branch, `environment:NAME` or a full ref. Throws with what is wrong. */
export function github(text: string): Trusted {
  const [, repository, ref] = /^([\w.-]+\/[\w.-]+)(?:@([^\s*]+))?$/.exec(text) ?? [];
  if (!repository) throw new Error('is no repository like OWNER/REPO or OWNER/REPO@main');
  return { issuer: GITHUB, subject: `repo:${repository}:${ref === undefined ? '**' : githubRef(ref)}` };
}

function githubRef(ref: string): string {
  if (/^environment:./.test(ref)) return ref;
  return ref.startsWith('refs/') ? `ref:${ref}` : `ref:refs/heads/${ref}`;
}

/** `GROUP/PROJECT`, of any branch or tag, or `GROUP/PROJECT@BRANCH`. Throws with what is wrong. */
export function gitlab(text: string): Trusted {
  const [, project, branch] = /^([\w.-]+(?:\/[\w.-]+)+)(?:@([^\s*]+))?$/.exec(text) ?? [];
  if (!project) throw new Error('is no project like GROUP/PROJECT or GROUP/PROJECT@main');
  const ref = branch === undefined ? '**' : `ref_type:branch:ref:${branch}`;
  return { issuer: GITLAB, subject: `project_path:${project}:${ref}` };
}

/** `NAMESPACE/SERVICE_ACCOUNT`; each cluster has an issuer of its own. Throws with what is wrong. */
export function kubernetes(text: string): Pick<Trusted, 'subject'> {
  const [, namespace, name] = /^([a-z0-9-]+)\/([a-z0-9.-]+)$/.exec(text) ?? [];
  if (!namespace) throw new Error('is no service account like NAMESPACE/NAME');
  return { subject: `system:serviceaccount:${namespace}:${name}` };
}
