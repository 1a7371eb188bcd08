import type { CommandEntry } from '../entry.ts';

/** The account: its people, settings, events. */
export const account: readonly CommandEntry[] = [
  {
    path: ['members', 'list'],
    aliases: ['ls'],
    summary: 'List members',
    load: () => import('../members/list.ts'),
  },
  {
    path: ['members', 'role'],
    summary: "Change a member's role",
    load: () => import('../members/role.ts'),
  },
  {
    path: ['members', 'suspend'],
    summary: 'Refuse members and all keys of theirs for now',
    load: () => import('../members/suspend.ts'),
  },
  {
    path: ['members', 'resume'],
    summary: 'Let suspended members in again',
    load: () => import('../members/resume.ts'),
  },
  {
    path: ['members', 'sessions'],
    summary: 'Show where a member is signed in',
    load: () => import('../members/sessions.ts'),
  },
  {
    path: ['members', 'end-sessions'],
    summary: 'Sign members out everywhere',
    load: () => import('../members/end-sessions.ts'),
  },
  {
    path: ['members', 'remove'],
    aliases: ['rm'],
    summary: 'Remove a member and settle what happens to their keys',
    load: () => import('../members/remove.ts'),
  },
  {
    path: ['invitations', 'create'],
    aliases: ['new'],
    summary: 'Invite a person by a link that works once',
    load: () => import('../invitations/create.ts'),
  },
  {
    path: ['invitations', 'list'],
    aliases: ['ls'],
    summary: 'List open invitations',
    load: () => import('../invitations/list.ts'),
  },
  {
    path: ['invitations', 'revoke'],
    aliases: ['rm'],
    summary: 'Revoke invitations',
    load: () => import('../invitations/revoke.ts'),
  },
  {
    path: ['service-accounts', 'create'],
    aliases: ['new'],
    summary: 'Create a service account',
    load: () => import('../service-accounts/create.ts'),
  },
  {
    path: ['service-accounts', 'list'],
    aliases: ['ls'],
    summary: 'List service accounts',
    load: () => import('../service-accounts/list.ts'),
  },
  {
    path: ['service-accounts', 'update'],
    summary: "Change a service account's name or role",
    load: () => import('../service-accounts/update.ts'),
  },
  {
    path: ['service-accounts', 'suspend'],
    summary: 'Refuse all keys of service accounts for now',
    load: () => import('../service-accounts/suspend.ts'),
  },
  {
    path: ['service-accounts', 'resume'],
    summary: 'Let suspended service accounts in again',
    load: () => import('../service-accounts/resume.ts'),
  },
  {
    path: ['service-accounts', 'delete'],
    aliases: ['rm'],
    summary: 'Delete service accounts and revoke their keys',
    load: () => import('../service-accounts/delete.ts'),
  },
  {
    path: ['account', 'show'],
    summary: 'Show the account and its settings',
    load: () => import('../account/show.ts'),
  },
  {
    path: ['account', 'update'],
    summary: "Change the account's settings",
    load: () => import('../account/update.ts'),
  },
  {
    path: ['account', 'close'],
    summary: 'Close the account for good',
    load: () => import('../account/close.ts'),
  },
  {
    path: ['environments', 'list'],
    aliases: ['ls'],
    summary: 'List environments and their settings',
    load: () => import('../environments/list.ts'),
  },
  {
    path: ['environments', 'update'],
    summary: 'Change the settings of an environment',
    load: () => import('../environments/update.ts'),
  },
  {
    path: ['webhooks', 'create'],
    aliases: ['new'],
    summary: 'Add a webhook',
    load: () => import('../webhooks/create.ts'),
  },
  {
    path: ['webhooks', 'list'],
    aliases: ['ls'],
    summary: 'List webhooks',
    load: () => import('../webhooks/list.ts'),
  },
  {
    path: ['webhooks', 'get'],
    summary: 'Show a webhook',
    load: () => import('../webhooks/get.ts'),
  },
  {
    path: ['webhooks', 'update'],
    summary: 'Change a webhook',
    load: () => import('../webhooks/update.ts'),
  },
  {
    path: ['webhooks', 'delete'],
    aliases: ['rm'],
    summary: 'Remove a webhook',
    load: () => import('../webhooks/delete.ts'),
  },
  {
    path: ['webhooks', 'verify'],
    summary: 'Ask the receiver to prove itself',
    load: () => import('../webhooks/verify.ts'),
  },
  {
    path: ['webhooks', 'rotate-secret'],
    summary: 'Replace the secret of a webhook',
    load: () => import('../webhooks/rotate-secret.ts'),
  },
  {
    path: ['webhooks', 'test'],
    summary: 'Send a test event',
    load: () => import('../webhooks/test.ts'),
  },
  {
    path: ['webhooks', 'deliveries'],
    aliases: ['delivery'],
    summary: 'List deliveries',
    load: () => import('../webhooks/deliveries.ts'),
  },
  {
    path: ['webhooks', 'replay'],
    summary: 'Send a delivery again',
    load: () => import('../webhooks/replay.ts'),
  },
  {
    path: ['webhooks', 'verify-signature'],
    summary: 'Check the signature of a delivery, offline',
    load: () => import('../webhooks/verify-signature.ts'),
  },
  {
    path: ['audit', 'list'],
    aliases: ['ls'],
    summary: 'List what was done in the account, newest first',
    load: () => import('../audit/list.ts'),
  },
  {
    path: ['audit', 'verify'],
    summary: 'Check that no event was changed or removed',
    load: () => import('../audit/verify.ts'),
  },
  {
    path: ['audit', 'export'],
    summary: 'Export the audit trail as JSON Lines or CSV',
    load: () => import('../audit/export.ts'),
  },
];
