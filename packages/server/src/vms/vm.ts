import type { SessionClock } from './session-clock.ts';
import type { VmRow } from './store.ts';

/** The record as the API shows it. */
export function vmRecord(vm: VmRow, clock: Pick<SessionClock, 'timesOf'>) {
  return {
    vm_id: vm.id,
    session_id: vm.session_id,
    status: vm.observed,
    created_at: vm.created_at,
    ...clock.timesOf(vm),
    ended_at: vm.ended_at,
    end_reason: vm.end_reason,
    memory_mb: vm.memory_mb,
    vcpu_count: vm.vcpu_count,
    isolation: vm.isolation as 'kvm' | 'emulated' | 'none' | null,
    environment: vm.environment as 'production' | 'development' | 'testing' | null,
    metadata: JSON.parse(vm.metadata) as Record<string, string>,
    api_key_id: vm.api_key_id,
    ssh_host: null,
    snapshot_id: null,
  };
}
