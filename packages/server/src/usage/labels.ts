import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Dimension } from './reader.ts';

const TOGETHER = 500;

/** Labels of keys by their number as text, and machines of their tokens; other parts have none beside their name. */
export async function labelsOf(
  db: Kysely<Database>,
  accountId: number,
  by: Dimension,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const labels = new Map<string, string>();
  const ids = by === 'key' ? names.map(Number) : [];
  for (let from = 0; from < ids.length; from += TOGETHER) {
    const rows = await db
      .selectFrom('api_key')
      .select(['id', 'label', 'vm_id'])
      .where('account_id', '=', accountId)
      .where('id', 'in', ids.slice(from, from + TOGETHER))
      .execute();
    for (const { id, label, vm_id: vmId } of rows) {
      const shown = vmId === null ? label : `token of ${vmId}`;
      if (shown !== null) labels.set(String(id), shown);
    }
  }
  return labels;
}
