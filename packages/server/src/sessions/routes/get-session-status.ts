import { sessions } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import type { SessionClock } from '../../vms/session-clock.ts';
import { usedBy } from '../in-session.ts';
import type { FindSession } from '../session.ts';

/** 200 also for a session that has ended or never was: agents ask so before each use. */
export const getSessionStatus = (deps: { findSession: FindSession; sessionClock: SessionClock }) =>
  bind(sessions.status, async (context, { params: { session_id } }) => {
    const machine = await deps.findSession(context.principal, session_id);
    context.used = usedBy(machine);
    if (!machine) return { ...NEVER_WAS, session_id };
    const { vm, session } = machine;
    const end = deps.sessionClock.endOf(machine);
    // Its time may be over before the sweep has come: clients take `active` for alive, whatever else there is.
    const vmStatus = end && session.ended_at === null ? ('terminated' as const) : vm.observed;
    return {
      session_id,
      exists: end === null,
      vm_assigned: end === null,
      vm_alive: end === null && vm.observed === 'active',
      vm_id: vm.id,
      vm_status: vmStatus,
      ...deps.sessionClock.timesOf(vm),
      ended_at: end?.at ?? null,
      end_reason: end?.reason ?? null,
      timeout: end?.timeout ?? null,
    };
  });

/** Also of one that is another account's. */
const NEVER_WAS = {
  exists: false,
  vm_assigned: false,
  vm_alive: false,
  vm_id: null,
  vm_status: null,
  expires_at: null,
  absolute_expires_at: null,
  idle_timeout_seconds: null,
  idle_expires_at: null,
  last_used_at: null,
  ended_at: null,
  end_reason: null,
  timeout: null,
};
