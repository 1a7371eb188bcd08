import type { CommandEntry } from '../entry.ts';

/** Machines and what runs on them. */
export const machines: readonly CommandEntry[] = [
  {
    path: ['create'],
    aliases: ['new'],
    summary: 'Create a machine',
    load: () => import('../vms/create.ts'),
  },
  { path: ['ls'], aliases: ['list'], summary: 'List machines', load: () => import('../vms/list.ts') },
  { path: ['rm'], aliases: ['delete'], summary: 'End machines', load: () => import('../vms/delete.ts') },
  { path: ['exec'], summary: 'Run code on a machine', load: () => import('../executions/run.ts') },
  {
    path: ['vms', 'tokens', 'create'],
    aliases: ['new'],
    summary: 'Create a token for one machine',
    load: () => import('../tokens/create.ts'),
  },
  {
    path: ['vms', 'tokens', 'list'],
    aliases: ['ls'],
    summary: 'List the tokens of a machine',
    load: () => import('../tokens/list.ts'),
  },
  {
    path: ['vms', 'tokens', 'revoke'],
    aliases: ['rm'],
    summary: 'Revoke tokens of a machine',
    load: () => import('../tokens/revoke.ts'),
  },
  {
    path: ['sessions', 'list'],
    aliases: ['ls'],
    summary: 'List live sessions',
    load: () => import('../sessions/list.ts'),
  },
  {
    path: ['sessions', 'show'],
    aliases: ['get'],
    summary: 'Show a session',
    load: () => import('../sessions/show.ts'),
  },
  {
    path: ['sessions', 'renew'],
    summary: 'Give a session more time',
    load: () => import('../sessions/renew.ts'),
  },
  {
    path: ['sessions', 'kill'],
    aliases: ['rm'],
    summary: 'End sessions and their machines',
    load: () => import('../sessions/kill.ts'),
  },
  {
    path: ['sessions', 'usage'],
    summary: 'Show what a session has used',
    load: () => import('../sessions/usage.ts'),
  },
];
