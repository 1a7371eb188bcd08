import type { Account } from '@instavm/sdk';
import { card } from '../../output/text.ts';

export function accountCard(account: Account): string {
  return card([
    ['Account', `${account.name} (${account.id})`],
    ['Your role', account.role],
    ['Created', account.created_at],
    ['Keys are marked as old after', `${account.key_age_days} days`],
    ['Live keys at most', account.max_keys ?? "the server's bound"],
    ['Sign-ins end when unused for', `${account.session_idle_minutes} minutes`],
    ['Sign-ins end at the latest after', `${account.session_max_hours} hours`],
  ]);
}
