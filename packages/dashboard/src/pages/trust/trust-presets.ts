export type TrustSource = 'github' | 'gitlab' | 'kubernetes' | 'other';

/** What somebody types of a trust policy, beside its rights. */
export interface TrustDraft {
  source: TrustSource;
  name: string;
  issuer: string;
  audience: string;
  subject: string;
}

interface Preset {
  label: string;
  hint: string;
  issuer: string;
  subject: string;
  subjectHint: string;
}

/** Where tokens come from: each issuer's own address, and the form of its subjects. */
export const TRUST_PRESETS: Record<TrustSource, Preset> = {
  github: {
    label: 'GitHub Actions',
    hint: 'The job needs `permissions: id-token: write`.',
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'repo:OWNER/REPOSITORY:ref:refs/heads/main',
    subjectHint: 'repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH, or repo:OWNER/REPOSITORY:environment:NAME.',
  },
  gitlab: {
    label: 'GitLab',
    hint: 'The job names the audience under `id_tokens`.',
    issuer: 'https://gitlab.com',
    subject: 'project_path:GROUP/PROJECT:ref_type:branch:ref:main',
    subjectHint: 'project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH.',
  },
  kubernetes: {
    label: 'Kubernetes',
    hint: 'The pod mounts a projected service account token with the audience.',
    issuer: 'https://kubernetes.default.svc.cluster.local',
    subject: 'system:serviceaccount:NAMESPACE:NAME',
    subjectHint: 'system:serviceaccount:NAMESPACE:NAME. The issuer is what `iss` of your tokens says.',
  },
  other: {
    label: 'Another issuer',
    hint: 'Anything that signs OpenID Connect tokens and publishes its keys.',
    issuer: '',
    subject: '',
    subjectHint: 'What `sub` of its tokens says.',
  },
};

export function trustDraft(source: TrustSource, audience: string, name = ''): TrustDraft {
  const { issuer, subject } = TRUST_PRESETS[source];
  return { source, name, issuer, audience, subject };
}

/** What still stands there as an example; null when nothing does. */
export function placeholderIn(subject: string): string | null {
  return /\b(OWNER|REPOSITORY|GROUP|PROJECT|NAMESPACE|NAME|BRANCH)\b/.exec(subject)?.[0] ?? null;
}
