import type { Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { KeyPatch } from './key-changes.ts';
import type { ApiKeyRow } from './store.ts';

const QUOTAS = ['quota_machines', 'quota_vm_seconds', 'quota_executions'] as const;

/** The part of a change that holds for the whole chain of rotations, which has one quota; null when there is none. */
export function sharedPart(patch: KeyPatch): KeyPatch | null {
  const shared = Object.fromEntries(
    QUOTAS.filter((quota) => quota in patch).map((quota) => [quota, patch[quota]]),
  );
  return Object.keys(shared).length === 0 ? null : shared;
}

/** The others that live of the chain of rotations that a key is in. */
export async function livingRelatives(
  trx: Transaction<Database>,
  { id, rotated_from: before, rotated_to: after }: ApiKeyRow,
): Promise<number[]> {
  if (before === null && after === null) return [];
  const relatives = await trx
    .withRecursive('family(id, rotated_from, rotated_to)', (family) =>
      family
        .selectFrom('api_key')
        .select(['id', 'rotated_from', 'rotated_to'])
        .where('id', '=', id)
        .union(
          family
            .selectFrom('family')
            .innerJoin('api_key', (join) =>
              join.on((eb) =>
                eb.or([
                  eb('api_key.id', '=', eb.ref('family.rotated_from')),
                  eb('api_key.id', '=', eb.ref('family.rotated_to')),
                ]),
              ),
            )
            .select(['api_key.id', 'api_key.rotated_from', 'api_key.rotated_to']),
        ),
    )
    .selectFrom('api_key')
    .innerJoin('family', 'family.id', 'api_key.id')
    .select('api_key.id')
    .where('api_key.id', '!=', id)
    .where('api_key.ended_at', 'is', null)
    .orderBy('api_key.id')
    .execute();
  return relatives.map((relative) => relative.id);
}
