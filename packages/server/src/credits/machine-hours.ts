import type { Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import { hoursOf } from '../db/calendar.ts';
import type { Span } from '../db/machine-life.ts';
import type { Database, VmTable } from '../db/schema.ts';

const addToHour = builtOnce((db) =>
  db
    .insertInto('machine_hour')
    .values({ account_id: 0, hour: '', environment: '', vm_ms: 0, core_ms: 0, mib_ms: 0 })
    .onConflict((oc) =>
      oc.columns(['account_id', 'hour', 'environment']).doUpdateSet((eb) => ({
        vm_ms: eb('machine_hour.vm_ms', '+', eb.ref('excluded.vm_ms')),
        core_ms: eb('machine_hour.core_ms', '+', eb.ref('excluded.core_ms')),
        mib_ms: eb('machine_hour.mib_ms', '+', eb.ref('excluded.mib_ms')),
      })),
    ),
);

/** Adds what a machine took to the hours of its account, in the transaction of its end. */
export async function addMachineHours(
  trx: Transaction<Database>,
  vm: Pick<VmTable, 'account_id' | 'environment' | 'memory_mb' | 'vcpu_count'>,
  life: Span,
): Promise<void> {
  for (const { name, ms } of hoursOf(life)) {
    const { account_id: accountId, environment } = vm;
    await addToHour(trx, [accountId, name, environment ?? '', ms, ms * vm.vcpu_count, ms * vm.memory_mb]);
  }
}
