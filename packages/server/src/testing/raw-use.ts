import assert from 'node:assert/strict';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

type Sums = Record<string, number>;

/** What the rows of machines say was used, by the plainest arithmetic there is. */
export async function rawUse(db: Kysely<Database>): Promise<{ months: Sums; hours: Sums }> {
  const [months, hours]: [Sums, Sums] = [{}, {}];
  const keys = new Map((await db.selectFrom('api_key').selectAll().execute()).map((key) => [key.id, key]));
  for (const vm of await db.selectFrom('vm').selectAll().where('ended_at', 'is not', null).execute()) {
    if (vm.isolation === null) continue;
    let first = vm.api_key_id;
    while (first !== null && keys.get(first)!.rotated_from !== null) first = keys.get(first)!.rotated_from;
    const end = Math.min(Date.parse(vm.ended_at!), Date.parse(vm.expires_at));
    for (let at = Date.parse(vm.created_at); at < end; ) {
      const hour = new Date(at).toISOString().slice(0, 13);
      const ms = Math.min(Date.parse(`${hour}:00:00.000Z`) + 3_600_000, end) - at;
      const month = hour.slice(0, 7);
      add(months, `${vm.account_id} ${0} ${month}`, ms);
      if (first !== null) add(months, `${vm.account_id} ${first} ${month}`, ms);
      const place = `${vm.account_id} ${hour} ${vm.environment ?? ''}`;
      add(hours, `${place} vm`, ms);
      add(hours, `${place} core`, ms * vm.vcpu_count);
      add(hours, `${place} mib`, ms * vm.memory_mb);
      at += ms;
    }
  }
  return { months, hours };
}

/** What is kept of it in sums. */
export async function storedUse(
  db: Kysely<Database>,
): Promise<{ months: Sums; hours: Sums; executions: Sums }> {
  const [months, hours, executions]: [Sums, Sums, Sums] = [{}, {}, {}];
  for (const row of await db.selectFrom('quota_use').selectAll().execute()) {
    const place = `${row.account_id} ${row.api_key_id} ${row.month}`;
    if (row.vm_ms !== 0) months[place] = row.vm_ms;
    if (row.executions !== 0) executions[place] = row.executions;
  }
  for (const row of await db.selectFrom('machine_hour').selectAll().execute()) {
    const place = `${row.account_id} ${row.hour} ${row.environment}`;
    hours[`${place} vm`] = row.vm_ms;
    hours[`${place} core`] = row.core_ms;
    hours[`${place} mib`] = row.mib_ms;
  }
  return { months, hours, executions };
}

/** Every figure that is kept is what the rows say, in one moment: the server ends machines by itself, too. */
export async function assertSumsAreRows(db: Kysely<Database>): Promise<void> {
  const { raw, stored } = await db.transaction().execute(async (trx) => ({
    raw: await rawUse(trx),
    stored: await storedUse(trx),
  }));
  assert.deepEqual(sorted(stored.months), sorted(raw.months));
  assert.deepEqual(sorted(stored.hours), sorted(raw.hours));
}

function add(sums: Sums, place: string, ms: number): void {
  sums[place] = (sums[place] ?? 0) + ms;
}

const sorted = (sums: Sums) => Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1));
