import type { Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import { hoursOf } from '../db/calendar.ts';
import type { Span } from '../db/machine-life.ts';
import type { Database, VmTable } from '../db/schema.ts';

const addToHour = builtOnce((db) =>
  db
    .insertInto('usage_machine_hour')
    .values({ account_id: 0, api_key_id: 0, hour: '', environment: '', vm_ms: 0 })
    .onConflict((oc) =>
      oc
        .columns(['account_id', 'api_key_id', 'hour'])
        .doUpdateSet((eb) => ({ vm_ms: eb('usage_machine_hour.vm_ms', '+', eb.ref('excluded.vm_ms')) })),
    ),
);

/** Adds what a machine took to the hours of the key that made it, in the transaction of its end. */
export async function addKeyHours(
  trx: Transaction<Database>,
  vm: Pick<VmTable, 'account_id' | 'api_key_id' | 'environment'>,
  life: Span,
): Promise<void> {
  for (const { name, ms } of hoursOf(life)) {
    await addToHour(trx, [vm.account_id, vm.api_key_id ?? 0, name, vm.environment ?? '', ms]);
  }
}
