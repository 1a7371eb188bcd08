import { notFound } from '../http/errors.ts';
import type { SessionClock } from '../vms/session-clock.ts';
import type { Machine, MachineScope } from '../vms/store.ts';
import { sessionExpired } from './expired.ts';

/** Narrows to a session that can be used. Throws 404 for none or another's, 410 for one that has ended. */
export function usableSession(machine: Machine | undefined, clock: SessionClock): Machine {
  if (!machine) throw notFound('sessions');
  const end = clock.endOf(machine);
  if (end) throw sessionExpired(machine.session, end, clock.timesInForce(machine));
  return machine;
}

export type FindSession = (scope: MachineScope, sessionId: string) => Promise<Machine | undefined>;

/** The record as the API shows it. */
export function sessionRecord({ vm, session }: Machine, clock: Pick<SessionClock, 'timesOf'>) {
  return {
    session_id: session.id,
    vm_id: vm.id,
    vm_status: vm.observed,
    created_at: session.created_at,
    ...clock.timesOf(vm),
    ended_at: session.ended_at,
    end_reason: session.end_reason,
    vm_lifetime_seconds: session.lifetime_seconds,
    memory_mb: vm.memory_mb,
    vcpu_count: vm.vcpu_count,
    environment: session.environment as 'production' | 'development' | 'testing' | null,
    metadata: JSON.parse(session.metadata) as Record<string, string>,
  };
}
