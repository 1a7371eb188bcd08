import { account } from './entries/account.ts';
import { keys } from './entries/keys.ts';
import { machines } from './entries/machines.ts';
import { usage } from './entries/usage.ts';
import type { CommandEntry, GroupEntry } from './entry.ts';

export type { CommandEntry, GroupEntry };

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
  {
    path: ['environments'],
    aliases: ['environment'],
    summary: 'Settings of production, development and testing',
  },
  { path: ['vms'], aliases: ['vm'], summary: 'Tokens of machines' },
  {
    path: ['vms', 'tokens'],
    aliases: ['token'],
    summary: 'Credentials of one machine, which end with it',
  },
  { path: ['sessions'], aliases: ['session'], summary: 'List, renew and end sessions of machines' },
  { path: ['trust'], summary: 'Trust issuers of identity tokens, so that CI needs no stored key' },
  {
    path: ['anomalies'],
    aliases: ['anomaly'],
    summary: 'See and settle what is unusual about the use of keys',
  },
  { path: ['billing'], aliases: ['credits'], summary: 'Credits: what is allocated, used and forecast' },
  { path: ['webhooks'], aliases: ['webhook'], summary: 'Send events to addresses of yours' },
  { path: ['audit'], aliases: ['events'], summary: 'List, verify and export the audit trail' },
];

/** Every command, in the order of `--help`. */
export const commands: readonly CommandEntry[] = [...machines, ...keys, ...usage, ...account];
