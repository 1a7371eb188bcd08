import type { ApiKey } from '@instavm/sdk';
import { card } from '../../output/text.ts';
import { exactTime, timeInWords } from '../../output/time.ts';
import { clientInWords, noticeLine, scopeMeaning, scopesInWords } from './words.ts';

/** Everything about one key, in lines. What a server does not send is left out. */
export function keyCard(key: ApiKey, nowMs: number): string {
  const rows: [string, unknown][] = [
    ['ID', key.id],
    ['Key', `${key.key_prefix}…`],
    ['Label', key.label],
    ['Description', key.description],
    ['Owner', key.service_account_id ? `service account ${key.service_account_id}` : key.owner],
    ['Environment', key.environment ?? 'none: sees all machines'],
    ['Status', statusInWords(key, nowMs)],
    ['Scopes', scopesInWords(key.scopes)],
    ...key.scopes.map((scope): [string, unknown] => [`  ${scope}`, scopeMeaning(scope)]),
    ['Created', createdInWords(key, nowMs)],
    ['Expires', exactTime(key.expires_at, nowMs) ?? 'never'],
    ...optional('Not before', exactTime(key.not_before, nowMs)),
    ...optional('Idle expiry', key.idle_expiry_days && `after ${key.idle_expiry_days} days without use`),
    ['Addresses', key.allowed_cidrs?.join(', ') || 'any'],
    ...optional('Rate limit', key.rate_limit),
    ...optional('Requests at once', key.concurrent_requests),
    ...optional('Machines at once', key.quota_machines),
    ...optional('Machine seconds a month', key.quota_vm_seconds),
    ...optional('Executions a month', key.quota_executions),
    ...optional('Quarantine', key.quarantine == null ? null : key.quarantine ? 'on' : 'off'),
    ...lastUse(key, nowMs),
    ...optional('Rotated from', key.rotated_from),
    ...optional('Rotated to', key.rotated_to),
    ...optional(
      'Rotation',
      key.rotation && `this key ends ${exactTime(key.rotation.ends_at, nowMs)} at the latest`,
    ),
    ...optional('Sent in clear', exactTime(key.sent_in_clear_at, nowMs)),
    ...optional(
      'Safe to delete',
      key.safe_to_delete && `${key.safe_to_delete.verdict ? 'yes' : 'no'}: ${key.safe_to_delete.reason}`,
    ),
    ...(key.notices ?? []).map((notice): [string, unknown] => ['Notice', noticeLine(notice)]),
  ];
  return card(rows);
}

function optional(label: string, value: unknown): [string, unknown][] {
  return value ? [[label, value]] : [];
}

function statusInWords({ status, end_reason, ended_at }: ApiKey, nowMs: number): string {
  if (!ended_at) return status;
  const why = end_reason && end_reason !== status ? `, ${end_reason.replaceAll('_', ' ')}` : '';
  return `${status}${why}, ${exactTime(ended_at, nowMs)}`;
}

function createdInWords({ created_at, created_from }: ApiKey, nowMs: number): string {
  const { address, client } = created_from ?? {};
  return [exactTime(created_at, nowMs), address && `from ${address}`, client && `by ${clientInWords(client)}`]
    .filter(Boolean)
    .join(' ');
}

function lastUse({ last_used: use }: ApiKey, nowMs: number): [string, unknown][] {
  if (!use) return [['Last used', 'never']];
  return [
    ['Last used', `${use.at} (${timeInWords(use.at, nowMs)})`],
    ...optional('  from', use.address),
    ...optional('  by', use.client),
    ...optional('  for', use.route),
  ];
}
