import type { Kysely, Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import { type Actor, recordChange, SERVER_ACCOUNT_ID } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { NO_RATES, type Rates } from './cost.ts';

const NAME = 'credit_rates';

const setting = builtOnce((db) => db.selectFrom('server_setting').select('value').where('name', '=', NAME));

/** In force now; nothing costs anything until the operator sets them. */
export async function readRates(db: Kysely<Database> | Transaction<Database>): Promise<Rates> {
  const [row] = await setting(db, [NAME]);
  return row ? (JSON.parse(row.value) as Rates) : NO_RATES;
}

/** Sets those that are given, for the whole server. */
export async function setRates(
  { db, now }: { db: Kysely<Database>; now(): number },
  actor: Actor,
  given: Partial<Rates>,
): Promise<Rates> {
  const at = new Date(now()).toISOString();
  return mutate(db, actor, at, async (trx) => {
    const rates = { ...(await readRates(trx)), ...given };
    const value = JSON.stringify(rates);
    await trx
      .insertInto('server_setting')
      .values({ name: NAME, value })
      .onConflict((oc) => oc.column('name').doUpdateSet({ value }))
      .execute();
    await recordChange(trx, at, actor, {
      accountId: SERVER_ACCOUNT_ID,
      event: 'server.rates_set',
      resourceType: 'server',
      resourceId: 'instavmd',
      // As text: numbers of the trail are whole.
      payload: {
        cpu_per_second: String(rates.cpuPerSecond),
        ram_gib_per_second: String(rates.ramGibPerSecond),
      },
    });
    return rates;
  });
}
