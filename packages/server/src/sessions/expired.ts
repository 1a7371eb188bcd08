import { SESSION_EXPIRED_DETAIL } from '@instavm/contract';
import { TIME_FIELDS, type Timeout } from '@instavm/contract/machine-times';
import { ApiError } from '../http/errors.ts';
import type { SessionEnd, TimeInForce } from '../vms/session-end.ts';
import type { SessionRow } from '../vms/store.ts';

/** One place where a time can be changed, narrowest first. */
interface Change {
  of: 'session' | 'environment' | 'account';
  field: string;
  /** The command line that does it. */
  cli: string;
}

/** 410 for a session of the caller's own that has ended: when, why, under which times, and where they are set. */
export function sessionExpired(
  session: Pick<SessionRow, 'id' | 'vm_id' | 'environment'>,
  end: SessionEnd,
  inForce: readonly TimeInForce[],
): ApiError {
  const timeouts = inForce.map(({ timeout, seconds, from }) => ({
    kind: timeout,
    seconds,
    set_by: from,
    field: from === 'session' ? TIME_FIELDS[timeout].session : TIME_FIELDS[timeout].setting,
    change: changesOf(timeout, session.environment),
  }));
  const ended = timeouts.find(({ kind }) => kind === end.timeout) ?? null;
  return new ApiError('session_expired', SESSION_EXPIRED_DETAIL, {
    extra: {
      session_id: session.id,
      vm_id: session.vm_id,
      ended_at: end.at,
      reason: end.reason,
      timeout: ended,
      timeouts,
      hint: ended ? hintOf(ended.kind, ended.change) : 'No timeout ended it. Start a new session.',
    },
  });
}

function changesOf(timeout: Timeout, environment: string | null): Change[] {
  const { session, setting } = TIME_FIELDS[timeout];
  const flag = `--${setting.replaceAll('_', '-')} SECONDS`;
  return [
    ...(session === null
      ? []
      : [
          {
            of: 'session' as const,
            field: session,
            cli: `instavm create ${timeout === 'idle' ? '--idle-timeout' : '--timeout'} SECONDS`,
          },
        ]),
    ...(environment === null
      ? []
      : [
          {
            of: 'environment' as const,
            field: setting,
            cli: `instavm environments update ${environment} ${flag}`,
          },
        ]),
    { of: 'account', field: setting, cli: `instavm account update ${flag}` },
  ];
}

function hintOf(timeout: Timeout, changes: readonly Change[]): string {
  const renewal =
    timeout === 'absolute'
      ? 'No renewal goes beyond it.'
      : 'Renew a session in time to keep it: POST /v1/sessions/session/{session_id}/renew.';
  const places = changes.map(({ of, field }) => `${field} of the ${of}`).join(', or ');
  return `Start a new session. ${renewal} To change it: ${places}.`;
}
