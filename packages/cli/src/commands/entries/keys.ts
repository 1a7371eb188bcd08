import type { CommandEntry } from '../entry.ts';

/** Credentials, and what is unusual about their use. */
export const keys: readonly CommandEntry[] = [
  { path: ['whoami'], summary: 'Show whose key it is', load: () => import('../auth/whoami.ts') },
  {
    path: ['auth', 'set-key'],
    summary: 'Check an API key and store it',
    load: () => import('../auth/set-key.ts'),
  },
  {
    path: ['auth', 'status'],
    summary: 'Show which key is in force, why, and whether the server takes it',
    load: () => import('../auth/status.ts'),
  },
  {
    path: ['auth', 'whoami'],
    summary: 'The same as whoami',
    load: () => import('../auth/whoami.ts'),
  },
  {
    path: ['auth', 'logout'],
    summary: 'Forget the stored API key; it stays valid on the server',
    load: () => import('../auth/logout.ts'),
  },
  {
    path: ['auth', 'exchange'],
    summary: 'Get an API key that ends soon for an identity token',
    load: () => import('../auth/exchange.ts'),
  },
  {
    path: ['keys', 'list'],
    aliases: ['ls'],
    summary: 'List API keys',
    load: () => import('../keys/list.ts'),
  },
  {
    path: ['keys', 'show'],
    aliases: ['get'],
    summary: 'Show all about an API key',
    load: () => import('../keys/show.ts'),
  },
  {
    path: ['keys', 'create'],
    aliases: ['new'],
    summary: 'Create an API key',
    load: () => import('../keys/create.ts'),
  },
  { path: ['keys', 'update'], summary: 'Change an API key', load: () => import('../keys/update.ts') },
  {
    path: ['keys', 'rotate'],
    summary: 'Put a new API key in the place of an old one',
    load: () => import('../keys/rotate.ts'),
  },
  {
    path: ['keys', 'undo-rotation'],
    summary: 'Take a rotation back before the new key is used',
    load: () => import('../keys/undo-rotation.ts'),
  },
  {
    path: ['keys', 'disable'],
    summary: 'Switch API keys off for now',
    load: () => import('../keys/disable.ts'),
  },
  {
    path: ['keys', 'enable'],
    summary: 'Switch API keys on again',
    load: () => import('../keys/enable.ts'),
  },
  {
    path: ['keys', 'revoke'],
    aliases: ['rm', 'delete'],
    summary: 'Revoke API keys for good, with proof',
    load: () => import('../keys/revoke.ts'),
  },
  {
    path: ['keys', 'explain'],
    summary: 'Tell what an API key may do, and which rule says so',
    load: () => import('../keys/explain.ts'),
  },
  {
    path: ['keys', 'usage'],
    summary: 'Show what an API key is used for',
    load: () => import('../keys/usage.ts'),
  },
  {
    path: ['keys', 'introspect'],
    summary: 'Tell whether a whole API key is valid',
    load: () => import('../keys/introspect.ts'),
  },
  {
    path: ['keys', 'scan'],
    summary: 'Find leaked keys in files, folders and git history',
    load: () => import('../keys/scan.ts'),
  },
  {
    path: ['keys', 'report-leak'],
    summary: 'Revoke an API key that was found where it does not belong',
    load: () => import('../keys/report-leak.ts'),
  },
  {
    path: ['keys', 'drill'],
    summary: 'Prove that a revoked key is refused at once',
    load: () => import('../keys/drill.ts'),
  },
  {
    path: ['trust', 'create'],
    aliases: ['new'],
    summary: 'Trust the tokens of an issuer',
    load: () => import('../trust/create.ts'),
  },
  {
    path: ['trust', 'list'],
    aliases: ['ls'],
    summary: 'List trust policies',
    load: () => import('../trust/list.ts'),
  },
  {
    path: ['trust', 'show'],
    aliases: ['get'],
    summary: 'Show a trust policy',
    load: () => import('../trust/show.ts'),
  },
  {
    path: ['trust', 'delete'],
    aliases: ['rm'],
    summary: 'End trust policies and the keys that came of them',
    load: () => import('../trust/delete.ts'),
  },
  {
    path: ['anomalies', 'list'],
    aliases: ['ls'],
    summary: 'List what is unusual',
    load: () => import('../anomalies/list.ts'),
  },
  {
    path: ['anomalies', 'show'],
    aliases: ['get'],
    summary: 'Show an anomaly with its figures',
    load: () => import('../anomalies/show.ts'),
  },
  {
    path: ['anomalies', 'quiet'],
    summary: 'Raise the like no more for some days',
    load: () => import('../anomalies/quiet.ts'),
  },
  {
    path: ['anomalies', 'resolve'],
    summary: 'Close anomalies that were looked into',
    load: () => import('../anomalies/resolve.ts'),
  },
];
