/** Beginnings of other makers' credentials that are easily pasted into the wrong field, the longer ones first. */
const FOREIGN_KINDS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^(gh[opusr]_|github_pat_)/, 'a GitHub token'],
  [/^glpat-/, 'a GitLab token'],
  [/^(AKIA|ASIA)[0-9A-Z]{12}/, 'an AWS access key'],
  [/^sk-ant-/, 'an Anthropic key'],
  [/^sk-/, 'an OpenAI key'],
  [/^[srp]k_(live|test)_/, 'a Stripe key'],
  [/^xox[abeoprs]-/, 'a Slack token'],
  [/^AIza/, 'a Google key'],
  [/^npm_/, 'an npm token'],
  [/^hf_/, 'a Hugging Face token'],
  [/^e2b_/, 'an E2B key'],
  [/^dtn_/, 'a Daytona key'],
  [/^(FlyV1|fm[12]_|fo1_)/, 'a Fly.io token'],
  [/^eyJ[\w-]+\.[\w-]+\./, 'a JSON Web Token'],
  [/^-----BEGIN /, 'a private key or certificate'],
  [/^(ssh-(rsa|ed25519)|ecdsa-sha2-)/, 'an SSH public key'],
  [/^https?:\/\//, 'an address'],
];

/** What a text looks like that is none of ours; null when it looks like nothing known. */
export function foreignKind(text: string): string | null {
  return FOREIGN_KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
