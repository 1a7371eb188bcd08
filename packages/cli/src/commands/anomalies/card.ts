import type { Anomaly } from '@instavm/sdk';
import { card } from '../../output/text.ts';
import { exactTime } from '../../output/time.ts';
import { nameOf } from '../keys/words.ts';

export function anomalyCard(anomaly: Anomaly, nowMs: number): string {
  const optional = (label: string, value: unknown): [string, unknown][] => (value ? [[label, value]] : []);
  return card([
    ['Anomaly', anomaly.id],
    ['Kind', anomaly.kind.replaceAll('_', ' ')],
    ['Status', anomaly.status],
    ['What', anomaly.sentence],
    ['API key', `${nameOf({ id: anomaly.api_key_id, label: anomaly.key_label })}, ${anomaly.key_prefix}…`],
    ['Environment', anomaly.environment],
    ['First seen', exactTime(anomaly.first_seen_at, nowMs)],
    ['Last seen', `${exactTime(anomaly.last_seen_at, nowMs)}, ${anomaly.count} times`],
    ['Key disabled', anomaly.quarantined ? `yes; \`instavm keys enable ${anomaly.api_key_id}\`` : 'no'],
    ...Object.entries(anomaly.figures).map(([name, value]): [string, unknown] => [
      `  ${name.replaceAll('_', ' ')}`,
      value,
    ]),
    ...optional('Quiet until', exactTime(anomaly.quiet_until, nowMs)),
    ...optional('Resolved', exactTime(anomaly.resolved_at, nowMs)),
    ...optional('  by', anomaly.resolved_by),
  ]);
}
