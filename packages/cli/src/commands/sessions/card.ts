import type { Session } from '@instavm/sdk';
import { card } from '../../output/text.ts';
import { exactTime } from '../../output/time.ts';

export function sessionCard(session: Session, nowMs: number): string {
  const metadata = Object.entries(session.metadata).map(([name, value]) => `${name}=${value}`);
  const { idle_timeout_seconds: idle } = session;
  return card([
    ['Session', session.session_id],
    ['VM', session.vm_id],
    ['Status', session.vm_status],
    ['Environment', session.environment],
    ['Created', exactTime(session.created_at, nowMs)],
    ['Expires', exactTime(session.expires_at, nowMs)],
    ['Ends at the latest', exactTime(session.absolute_expires_at, nowMs)],
    ['Ends when unused for', idle === null ? 'never' : `${idle} s`],
    ['Last used', exactTime(session.last_used_at, nowMs)],
    ...(session.ended_at ? ([['Ended', exactTime(session.ended_at, nowMs)]] as [string, unknown][]) : []),
    ...(session.end_reason ? ([['  because', session.end_reason]] as [string, unknown][]) : []),
    ['Memory', `${session.memory_mb} MiB`],
    ...(metadata.length > 0 ? ([['Metadata', metadata.join(', ')]] as [string, unknown][]) : []),
  ]);
}
