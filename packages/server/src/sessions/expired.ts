import { SESSION_EXPIRED_DETAIL } from '@instavm/contract';
import { TIME_FIELDS, type Timeout } from '@instavm/contract/machine-times';
import { ApiError } from '../http/errors.ts';
import type { SessionEnd, TimeInForce } from '../vms/session-end.ts';
import type { SessionRow } from '../vms/store.ts';

/** One place where a time can be changed, with the command line that does it. */
interface Change {
  of: 'session' | 'environment' | 'account';
  field: string;
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
      hint: ended ? hintOf(ended) : 'No timeout ended it. Start a new session.',
    },
  });
}

/** The narrowest first. */
function changesOf(timeout: Timeout, environment: string | null): Change[] {
  const { session, setting } = TIME_FIELDS[timeout];
  const settingFlag = `--${setting.replaceAll('_', '-')} SECONDS`;
  const changes: Change[] = [];
  if (session !== null) {
    const flag = timeout === 'idle' ? '--idle-timeout' : '--timeout';
    changes.push({ of: 'session', field: session, cli: `instavm create ${flag} SECONDS` });
  }
  if (environment !== null) {
    const cli = `instavm environments update ${environment} ${settingFlag}`;
    changes.push({ of: 'environment', field: setting, cli });
  }
  changes.push({ of: 'account', field: setting, cli: `instavm account update ${settingFlag}` });
  return changes;
}

const SET_BY = {
  session: 'with the session',
  environment: 'for its environment',
  account: 'for the account',
  server: 'nowhere, so the default counts',
} as const;

function hintOf({ kind, set_by, change }: { kind: Timeout; set_by: TimeInForce['from']; change: Change[] }) {
  const renewal =
    kind === 'absolute'
      ? 'no renewal goes beyond this time'
      : 'one that is renewed in time goes on: instavm sessions renew SESSION';
  const places = change.map(({ of, field, cli }) => `${field} of the ${of} (${cli})`).join(', or ');
  return `Start a new session; ${renewal}. The time was set ${SET_BY[set_by]}. To change it: ${places}.`;
}
