import type { MachineUses } from './machine-uses.ts';
import {
  absoluteEnd,
  dueEnd,
  idleEndMs,
  recordedEnd,
  type SessionEnd,
  type TimeInForce,
  timesInForce,
} from './session-end.ts';
import type { Machine, VmRow } from './store.ts';

/** What the clock says of machines and sessions, from their rows and what memory knows of their use. */
export class SessionClock {
  readonly #uses: MachineUses;
  readonly #now: () => number;
  constructor({ uses, now }: { uses: MachineUses; now(): number }) {
    this.#uses = uses;
    this.#now = now;
  }

  /** Null while the session may be used: it is over from its last moment on, also before the sweep has come. */
  endOf(machine: Machine): SessionEnd | null {
    return recordedEnd(machine.session) ?? this.dueEnd(machine);
  }

  /** As `endOf`, of one that nothing has ended yet. */
  dueEnd(machine: Machine): SessionEnd | null {
    return dueEnd(machine, this.#uses.lastUsedMs(machine.vm), this.#now());
  }

  /** Whether there is a `dueEnd`. */
  isDue(vm: VmRow): boolean {
    const nowMs = this.#now();
    const idleMs = idleEndMs(vm, this.#uses.lastUsedMs(vm));
    return Date.parse(vm.expires_at) <= nowMs || (idleMs !== null && idleMs <= nowMs);
  }

  /** All times that it is under; without an idle timeout there is none in it. */
  timesInForce(machine: Machine): TimeInForce[] {
    return timesInForce(machine);
  }

  /** The times that records of the API have in common. */
  timesOf(vm: VmRow) {
    const lastUsedMs = this.#uses.lastUsedMs(vm);
    const idleMs = vm.ended_at === null ? idleEndMs(vm, lastUsedMs) : null;
    return {
      expires_at: vm.expires_at,
      absolute_expires_at: absoluteEnd(vm),
      idle_timeout_seconds: vm.idle_timeout_seconds,
      idle_expires_at: idleMs === null ? null : new Date(idleMs).toISOString(),
      last_used_at: new Date(lastUsedMs).toISOString(),
    };
  }
}
