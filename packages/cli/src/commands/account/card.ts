import type { Account, EnvironmentSettings } from '@instavm/sdk';
import { card } from '../../output/text.ts';

type Shared = Pick<
  Account & EnvironmentSettings,
  | 'rate_limit'
  | 'concurrent_requests'
  | 'machine_idle_timeout_seconds'
  | 'machine_lifetime_seconds'
  | 'machine_lifetime_max_seconds'
>;

/** `unset`: what counts where a setting is null. */
export function sharedRows(settings: Shared, unset: string): [string, unknown][] {
  const seconds = (value: number | null) => (value === null ? unset : `${value} s`);
  return [
    ['Rate limit', settings.rate_limit ?? 'none'],
    ['Requests at once', settings.concurrent_requests ?? 'no limit'],
    ['Machines end when unused for', seconds(settings.machine_idle_timeout_seconds)],
    ['Machines live', seconds(settings.machine_lifetime_seconds)],
    ['Machines live at most', seconds(settings.machine_lifetime_max_seconds)],
  ];
}

export function accountCard(account: Account): string {
  const own = "the server's setting";
  return card([
    ['Account', `${account.name} (${account.id})`],
    ['Your role', account.role],
    ['Created', account.created_at],
    ['Keys are marked as old after', `${account.key_age_days} days`],
    ['Live keys at most', account.max_keys ?? "the server's bound"],
    ['Sign-ins end when unused for', `${account.session_idle_minutes} minutes`],
    ['Sign-ins end at the latest after', `${account.session_max_hours} hours`],
    ...sharedRows(account, own),
    ['Rate limit of each key', account.key_rate_limit ?? own],
    ['Machines at once', account.quota_machines ?? own],
    ['Machine seconds a month', account.quota_vm_seconds ?? own],
    ['Executions a month', account.quota_executions ?? own],
    ['Keys that look attacked are', account.quarantine ? 'disabled' : 'reported'],
    ...(account.places ?? []).map(({ name, cidrs }): [string, unknown] => [
      `Place ${name}`,
      cidrs.join(', '),
    ]),
  ]);
}
