import type { VmHost } from '@instavm/machines';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import { endTogether } from './end-together.ts';
import type { Machines } from './machines.ts';
import type { SessionClock } from './session-clock.ts';
import { markActive, maybeDueVms, unendedVms, withSessions } from './store.ts';

const SYSTEM: Actor = { type: 'system', id: 'reconciler', address: null, requestId: null };

export interface ReconcilerDeps {
  db: Kysely<Database>;
  host: VmHost;
  machines: Machines;
  sessionClock: SessionClock;
  log: Logger;
  now(): number;
}

/**
 * Ends what has outlived its lifetime or was left idle. By sweep, never by timers alone: no lost timer makes a machine
 * immortal.
 */
export async function sweepExpired({ db, machines, sessionClock, now }: ReconcilerDeps): Promise<void> {
  const maybe = await maybeDueVms(db, new Date(now()).toISOString());
  const due = maybe.filter((vm) => sessionClock.isDue(vm));
  await endTogether(due, async (some) =>
    Promise.all(
      (await withSessions(db, some)).map(async (machine) => {
        // Looked at once more: others were ended meanwhile, and this one may have been renewed.
        const end = sessionClock.dueEnd(machine);
        if (end) await machines.endDue(SYSTEM, machine.vm, end);
      }),
    ),
  );
}

/**
 * Makes rows and host agree. Rows that run there are active again (also after a restart); rows whose machine is
 * gone or broken are failed with the reason; machines without a living row are removed.
 */
export async function reconcile(deps: ReconcilerDeps, options: { atStart: boolean }): Promise<void> {
  const { db, host, machines, log } = deps;
  const hello = await host.hello();
  if (hello.engine.state !== 'ready' && !options.atStart) return;
  // Rows are read on both sides of the look at the host, because creates go on meanwhile: only what was there
  // before it can be missing from it, and only what has no row after it belongs to nobody.
  const before = await unendedVms(db);
  const real = new Map((await host.list()).map((vm) => [vm.vmId, vm]));
  const after = new Set((await unendedVms(db)).map((row) => row.id));
  for (const row of before) {
    const seen = real.get(row.id);
    if (seen?.state === 'running' && seen.generation === row.generation) {
      if (row.observed === 'creating' && options.atStart) await markActive(db, row, seen.isolation);
      if (seen.expiresAt !== row.expires_at) await machines.agreeOnEnd(row.id);
      continue;
    }
    if (!after.has(row.id) || (row.observed === 'creating' && !options.atStart)) continue;
    const reason = seen?.detail ?? 'the machine is gone: its process ended or the host was restarted';
    log.warn({ vm_id: row.id, reason }, 'a machine has ended by itself');
    await machines.end(SYSTEM, row, reason, 'failed');
  }
  for (const vm of real.values()) {
    if (after.has(vm.vmId)) continue;
    log.warn({ vm_id: vm.vmId }, 'removing a machine that belongs to nobody');
    await machines.removeFromHost({ id: vm.vmId, generation: vm.generation }, 'no row');
  }
}
