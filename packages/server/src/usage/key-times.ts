import type { Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import { type Span, stepsOfLife } from '../db/machine-life.ts';
import type { Database, VmTable } from '../db/schema.ts';

const addToStep = builtOnce((db) =>
  db
    .insertInto('usage_machine')
    .values({ account_id: 0, api_key_id: 0, step: 'hour', at: 0, environment: '', vm_ms: 0 })
    .onConflict((oc) =>
      oc
        .columns(['account_id', 'api_key_id', 'step', 'at'])
        .doUpdateSet((eb) => ({ vm_ms: eb('usage_machine.vm_ms', '+', eb.ref('excluded.vm_ms')) })),
    ),
);

/** Adds what a machine took to the hours and days of the key that made it, in the transaction of its end. */
export async function addKeyTimes(
  trx: Transaction<Database>,
  vm: Pick<VmTable, 'account_id' | 'api_key_id' | 'environment'>,
  life: Span,
): Promise<void> {
  const who = [vm.account_id, vm.api_key_id ?? 0] as const;
  for (const { step, at, ms } of stepsOfLife(life)) {
    await addToStep(trx, [...who, step, at, vm.environment ?? '', ms]);
  }
}
