/** Every address of the dashboard. Links are built here and nowhere else. */
export const paths = {
  home: () => '/',
  firstRun: () => '/first-run',
  signIn: (next?: string) =>
    next && next !== '/' ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in',
  keys: () => '/keys',
  newKey: () => '/keys/new',
  key: (id: number) => `/keys/${id}`,
  /** The key's page with one of its parts open for changes. */
  keyEdit: (id: number, part: string) => `/keys/${id}?edit=${part}`,
  rotateKey: (id: number, policy?: string) => `/keys/${id}/rotate${policy ? `?policy=${policy}` : ''}`,
  machines: () => '/machines',
  machine: (vmId: string) => `/machines/${encodeURIComponent(vmId)}`,
  engine: () => '/engine',
  usage: () => '/usage',
  webhooks: () => '/webhooks',
  webhook: (id: string) => `/webhooks/${encodeURIComponent(id)}`,
  trust: () => '/trust',
  team: () => '/team',
  account: () => '/account',
  me: () => '/me',
  signUp: () => '/sign-up',
  invitation: () => '/invitation',
  forgotPassword: () => '/forgot-password',
  resetPassword: () => '/reset-password',
  verifyEmail: () => '/verify-email',
};

/** The page to return to after signing in: one of ours, never another site's. */
export function safeNext(next: unknown): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return paths.home();
  const isDoor = ['/sign-in', '/sign-up', '/first-run'].some((door) => next.startsWith(door));
  return isDoor ? paths.home() : next;
}
