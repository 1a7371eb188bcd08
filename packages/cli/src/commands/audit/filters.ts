import type { AuditFilters } from '@instavm/sdk';
import { type OptionSpec, positiveInteger } from '../../command.ts';

const STATUSES = ['success', 'failure', 'error', 'denied', 'pending', 'started'] as const;

/** Flags that choose events, the same for every command that shows some. */
export const FILTER_OPTIONS: readonly OptionSpec[] = [
  { flags: '--group <group>', description: 'events of this group, e.g. api_key' },
  { flags: '--event <type>', description: 'events of this type, e.g. api_key.created' },
  { flags: '--status <status>', description: 'events that went so', choices: STATUSES },
  { flags: '--user <id>', description: 'done by this person or their API keys', parse: positiveInteger },
  { flags: '--vm <id>', description: 'events of this machine' },
  { flags: '--session <id>', description: 'events of this session' },
];

export function filtersOf(options: Readonly<Record<string, unknown>>): AuditFilters {
  return {
    eventGroup: options.group as string | undefined,
    eventType: options.event as string | undefined,
    status: options.status as AuditFilters['status'],
    userId: options.user as number | undefined,
    vmId: options.vm as string | undefined,
    sessionId: options.session as string | undefined,
  };
}
