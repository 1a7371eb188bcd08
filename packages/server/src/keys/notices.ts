import type { Permission } from '@instavm/contract/permissions';
import type { KeyAnomaly } from '../anomalies/key-anomalies.ts';
import { spanWords } from './duration-words.ts';
import type { ApiKeyRow } from './store.ts';
import { DAY_MS, idleEndMs, type JudgedKey, judgeKey } from './verdict.ts';

const EXPIRY_NOTICE_DAYS = 30;
const IDLE_NOTICE_DAYS = 7;

export interface KeyNotice {
  code:
    | 'expiring'
    | 'idle'
    | 'old'
    | 'limits_can_be_left'
    | 'rotation_open'
    | 'seen_in_url'
    | 'sent_in_clear'
    | 'anomaly'
    | 'quarantined';
  text: string;
  /** A line of the CLI that settles it. */
  command: string | null;
}

/** What the owner of a living key should know, most urgent first. `permissions`: what it may do. */
export function keyNotices(
  row: ApiKeyRow,
  key: JudgedKey,
  permissions: ReadonlySet<Permission>,
  anomalies: readonly KeyAnomaly[],
  nowMs: number,
): KeyNotice[] {
  const refusal = judgeKey(key, nowMs);
  if (refusal === 'key_revoked' || refusal === 'key_rotated' || refusal === 'key_expired') return [];
  const notices: KeyNotice[] = [];
  const add = (code: KeyNotice['code'], text: string, command: string | null) =>
    notices.push({ code, text, command });
  const enable = `instavm keys enable ${row.id}`;
  // What was exchanged for a token is exchanged again, and ends by itself.
  const isExchanged = row.trust_policy_id !== null;
  const replaceNow = isExchanged
    ? `instavm keys revoke ${row.id}`
    : `instavm keys rotate ${row.id} --policy now`;
  const reasons = anomalies.filter(({ isQuarantine }) => isQuarantine).map(({ sentence }) => sentence);
  if (reasons.length > 0) {
    add('quarantined', `It is disabled because its use looked like an attack. ${reasons.join(' ')}`, enable);
  }
  for (const { id, sentence } of anomalies.filter(({ isQuarantine }) => !isQuarantine)) {
    add('anomaly', sentence, `instavm anomalies resolve ${id}`);
  }
  if (row.sent_in_clear_at) {
    add('sent_in_clear', `It travelled without encryption on ${day(row.sent_in_clear_at)}.`, replaceNow);
  }
  if (row.seen_in_url_at) {
    add('seen_in_url', `It was part of an address on ${day(row.seen_in_url_at)}.`, replaceNow);
  }
  if (row.rotated_to !== null && row.rotation_ends_at !== null) {
    add(
      'rotation_open',
      `Key ${row.rotated_to} takes its place; this one ends in ${spanWords(key.rotationEndsAtMs - nowMs)} at the latest.`,
      `instavm keys show ${row.rotated_to}`,
    );
  }
  if (!isExchanged && key.expiresAtMs !== 0 && key.expiresAtMs - nowMs <= EXPIRY_NOTICE_DAYS * DAY_MS) {
    add(
      'expiring',
      `It expires in ${spanWords(key.expiresAtMs - nowMs)}.`,
      `instavm keys update ${row.id} --expires-in 90d`,
    );
  }
  if (key.idleExpiryDays !== 0 && idleEndMs(key) - nowMs <= IDLE_NOTICE_DAYS * DAY_MS) {
    add('idle', `It ends in ${spanWords(idleEndMs(key) - nowMs)} unless it is used.`, null);
  }
  if (hasLimits(row) && permissions.has('keys:write')) {
    const text =
      'It may make keys, which are not under its limits: leave keys:write out of its scopes, or limit the account.';
    add('limits_can_be_left', text, null);
  }
  const ageMs = nowMs - key.createdAtMs;
  if (row.rotated_to === null && ageMs > key.owner.account.keyAgeDays * DAY_MS) {
    add('old', `It is ${spanWords(ageMs)} old.`, `instavm keys rotate ${row.id}`);
  }
  return notices;
}

/** Of its own, beside those of the account. */
function hasLimits(row: ApiKeyRow): boolean {
  const { rate_limit: rate, concurrent_requests: concurrent } = row;
  const { quota_machines: machines, quota_vm_seconds: vmSeconds, quota_executions: executions } = row;
  return (
    (rate !== null && rate !== 'off') ||
    [concurrent, machines, vmSeconds, executions].some((limit) => limit !== null)
  );
}

function day(time: string): string {
  return time.slice(0, 10);
}
