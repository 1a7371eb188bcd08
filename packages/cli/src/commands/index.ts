import type { Command } from '../command.ts';

/** Words that stand before commands, and help of their own. */
export interface GroupEntry {
  /** Words after `instavm`. */
  path: readonly string[];
  aliases?: readonly string[];
  summary: string;
}

export interface CommandEntry extends GroupEntry {
  /** Only the command that runs is loaded. */
  load(): Promise<{ default: Command }>;
}

export const groups: readonly GroupEntry[] = [
  { path: ['auth'], summary: 'Store, show and forget the API key of this machine' },
  { path: ['keys'], aliases: ['key'], summary: 'Create, list, rotate, explain and revoke API keys' },
  {
    path: ['members'],
    aliases: ['member'],
    summary: 'See, change, suspend and remove people of the account',
  },
  { path: ['invitations'], aliases: ['invitation'], summary: 'Invite people to the account' },
  {
    path: ['service-accounts'],
    aliases: ['service-account'],
    summary: 'Owners of API keys that are no people',
  },
  { path: ['account'], summary: 'Show, change and close the account' },
  { path: ['audit'], aliases: ['events'], summary: 'List, verify and export the audit trail' },
];

/** Every command, in the order of `--help`. */
export const commands: readonly CommandEntry[] = [
  {
    path: ['create'],
    aliases: ['new'],
    summary: 'Create a machine',
    load: () => import('./vms/create.ts'),
  },
  { path: ['ls'], aliases: ['list'], summary: 'List machines', load: () => import('./vms/list.ts') },
  { path: ['rm'], aliases: ['delete'], summary: 'End machines', load: () => import('./vms/delete.ts') },
  { path: ['exec'], summary: 'Run code on a machine', load: () => import('./executions/run.ts') },
  { path: ['whoami'], summary: 'Show whose key it is', load: () => import('./auth/whoami.ts') },
  {
    path: ['auth', 'set-key'],
    summary: 'Check an API key and store it',
    load: () => import('./auth/set-key.ts'),
  },
  {
    path: ['auth', 'status'],
    summary: 'Show which key is in force, why, and whether the server takes it',
    load: () => import('./auth/status.ts'),
  },
  {
    path: ['auth', 'whoami'],
    summary: 'The same as whoami',
    load: () => import('./auth/whoami.ts'),
  },
  {
    path: ['auth', 'logout'],
    summary: 'Forget the stored API key; it stays valid on the server',
    load: () => import('./auth/logout.ts'),
  },
  { path: ['keys', 'list'], aliases: ['ls'], summary: 'List API keys', load: () => import('./keys/list.ts') },
  {
    path: ['keys', 'show'],
    aliases: ['get'],
    summary: 'Show all about an API key',
    load: () => import('./keys/show.ts'),
  },
  {
    path: ['keys', 'create'],
    aliases: ['new'],
    summary: 'Create an API key',
    load: () => import('./keys/create.ts'),
  },
  { path: ['keys', 'update'], summary: 'Change an API key', load: () => import('./keys/update.ts') },
  {
    path: ['keys', 'rotate'],
    summary: 'Put a new API key in the place of an old one',
    load: () => import('./keys/rotate.ts'),
  },
  {
    path: ['keys', 'undo-rotation'],
    summary: 'Take a rotation back before the new key is used',
    load: () => import('./keys/undo-rotation.ts'),
  },
  {
    path: ['keys', 'disable'],
    summary: 'Switch API keys off for now',
    load: () => import('./keys/disable.ts'),
  },
  {
    path: ['keys', 'enable'],
    summary: 'Switch API keys on again',
    load: () => import('./keys/enable.ts'),
  },
  {
    path: ['keys', 'revoke'],
    aliases: ['rm', 'delete'],
    summary: 'Revoke API keys for good, with proof',
    load: () => import('./keys/revoke.ts'),
  },
  {
    path: ['keys', 'explain'],
    summary: 'Tell what an API key may do, and which rule says so',
    load: () => import('./keys/explain.ts'),
  },
  {
    path: ['keys', 'introspect'],
    summary: 'Tell whether a whole API key is valid',
    load: () => import('./keys/introspect.ts'),
  },
  {
    path: ['keys', 'scan'],
    summary: 'Find leaked keys in files, folders and git history',
    load: () => import('./keys/scan.ts'),
  },
  {
    path: ['keys', 'report-leak'],
    summary: 'Revoke an API key that was found where it does not belong',
    load: () => import('./keys/report-leak.ts'),
  },
  {
    path: ['keys', 'drill'],
    summary: 'Prove that a revoked key is refused at once',
    load: () => import('./keys/drill.ts'),
  },
  {
    path: ['members', 'list'],
    aliases: ['ls'],
    summary: 'List members',
    load: () => import('./members/list.ts'),
  },
  {
    path: ['members', 'role'],
    summary: "Change a member's role",
    load: () => import('./members/role.ts'),
  },
  {
    path: ['members', 'suspend'],
    summary: 'Refuse members and all keys of theirs for now',
    load: () => import('./members/suspend.ts'),
  },
  {
    path: ['members', 'resume'],
    summary: 'Let suspended members in again',
    load: () => import('./members/resume.ts'),
  },
  {
    path: ['members', 'remove'],
    aliases: ['rm'],
    summary: 'Remove a member and settle what happens to their keys',
    load: () => import('./members/remove.ts'),
  },
  {
    path: ['invitations', 'create'],
    aliases: ['new'],
    summary: 'Invite a person by a link that works once',
    load: () => import('./invitations/create.ts'),
  },
  {
    path: ['invitations', 'list'],
    aliases: ['ls'],
    summary: 'List open invitations',
    load: () => import('./invitations/list.ts'),
  },
  {
    path: ['invitations', 'revoke'],
    aliases: ['rm'],
    summary: 'Revoke invitations',
    load: () => import('./invitations/revoke.ts'),
  },
  {
    path: ['service-accounts', 'create'],
    aliases: ['new'],
    summary: 'Create a service account',
    load: () => import('./service-accounts/create.ts'),
  },
  {
    path: ['service-accounts', 'list'],
    aliases: ['ls'],
    summary: 'List service accounts',
    load: () => import('./service-accounts/list.ts'),
  },
  {
    path: ['service-accounts', 'update'],
    summary: "Change a service account's name or role",
    load: () => import('./service-accounts/update.ts'),
  },
  {
    path: ['service-accounts', 'suspend'],
    summary: 'Refuse all keys of service accounts for now',
    load: () => import('./service-accounts/suspend.ts'),
  },
  {
    path: ['service-accounts', 'resume'],
    summary: 'Let suspended service accounts in again',
    load: () => import('./service-accounts/resume.ts'),
  },
  {
    path: ['service-accounts', 'delete'],
    aliases: ['rm'],
    summary: 'Delete service accounts and revoke their keys',
    load: () => import('./service-accounts/delete.ts'),
  },
  {
    path: ['account', 'show'],
    summary: 'Show the account and its settings',
    load: () => import('./account/show.ts'),
  },
  {
    path: ['account', 'update'],
    summary: "Change the account's settings",
    load: () => import('./account/update.ts'),
  },
  {
    path: ['account', 'close'],
    summary: 'Close the account for good',
    load: () => import('./account/close.ts'),
  },
  {
    path: ['audit', 'list'],
    aliases: ['ls'],
    summary: 'List what was done in the account, newest first',
    load: () => import('./audit/list.ts'),
  },
  {
    path: ['audit', 'verify'],
    summary: 'Check that no event was changed or removed',
    load: () => import('./audit/verify.ts'),
  },
  {
    path: ['audit', 'export'],
    summary: 'Export the audit trail as JSON Lines or CSV',
    load: () => import('./audit/export.ts'),
  },
];
