import { sessions } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { invalidQuery } from '../../http/errors.ts';
import type { SessionClock } from '../../vms/session-clock.ts';
import type { Machine, MachineScope, VmRow } from '../../vms/store.ts';
import { fits, type MetadataFilter, parseMetadataFilter } from '../metadata-filter.ts';
import { sessionRecord } from '../session.ts';

const DEFAULT_LIMIT = 100;

export interface ListSandboxesDeps {
  /** Machines that have not ended, the newest first. */
  liveVms(scope: MachineScope): Promise<VmRow[]>;
  withSessions(vms: readonly VmRow[]): Promise<Machine[]>;
  sessionClock: SessionClock;
}

/** Sessions that can be used now, the newest first. */
export const listSandboxes = ({ liveVms, withSessions, sessionClock }: ListSandboxesDeps) =>
  bind(sessions.listSandboxes, async ({ principal }, { query }) => {
    const filter = filterOf(query.metadata);
    const vms = (await liveVms(principal))
      .filter((vm) => !sessionClock.isDue(vm) && fits(JSON.parse(vm.metadata), filter))
      .slice(0, query.limit ?? DEFAULT_LIMIT);
    return (await withSessions(vms)).map((machine) => sessionRecord(machine, sessionClock));
  });

/** Throws ValidationError. */
function filterOf(text: string | undefined): MetadataFilter {
  if (text === undefined) return [];
  const filter = parseMetadataFilter(text);
  if ('problem' in filter) throw invalidQuery('metadata', filter.problem);
  return filter;
}
