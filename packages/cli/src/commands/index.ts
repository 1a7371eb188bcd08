import type { Command } from '../command.ts';

export interface CommandEntry {
  /** Words after `instavm`. */
  path: readonly string[];
  aliases?: readonly string[];
  summary: string;
  /** Only the command that runs is loaded. */
  load(): Promise<{ default: Command }>;
}

export interface GroupEntry {
  name: string;
  aliases?: readonly string[];
  summary: string;
}

export const groups: readonly GroupEntry[] = [
  { name: 'auth', summary: 'Store, show and forget the API key of this machine' },
  { name: 'keys', aliases: ['key'], summary: 'Create, list and revoke API keys' },
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
    path: ['auth', 'logout'],
    summary: 'Forget the stored API key; it stays valid on the server',
    load: () => import('./auth/logout.ts'),
  },
  { path: ['keys', 'list'], aliases: ['ls'], summary: 'List API keys', load: () => import('./keys/list.ts') },
  {
    path: ['keys', 'create'],
    aliases: ['new'],
    summary: 'Create an API key',
    load: () => import('./keys/create.ts'),
  },
  {
    path: ['keys', 'revoke'],
    aliases: ['rm', 'delete'],
    summary: 'Revoke API keys for good',
    load: () => import('./keys/revoke.ts'),
  },
];
