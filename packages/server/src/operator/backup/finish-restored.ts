import type { PepperSet } from '../../auth/pepper-set.ts';
import { openCore, type World } from '../../core.ts';
import { OPERATOR, recordServerEvent } from '../operator-actor.ts';
import { type EndedSince, endPolicies } from './ended-since.ts';

export interface RestoredFacts {
  people: number;
  live_keys: number;
  /** Keys that had ended since the backup was made and so were ended in it too. */
  ended_since: number;
}

/**
 * Opens the unpacked folder as the server would, which brings the database up to this version and checks the
 * pepper, and takes out what must not come back to life: sessions of people, answers kept for a retry, and keys
 * and trust policies that have ended since, as far as the database in place knows them.
 */
export async function finishRestored(
  folder: string,
  options: { world: World; pepper: PepperSet | null },
  ended: EndedSince,
  createdAt: string,
): Promise<RestoredFacts> {
  const core = await openCore(folder, options.world, { pepper: options.pepper });
  try {
    for (const table of [
      'person_session',
      'person_verification',
      'sealed_answer',
      'repeated_answer',
    ] as const) {
      await core.db.deleteFrom(table).execute();
    }
    const live = await core.db
      .selectFrom('api_key')
      .select(['id', 'public_id', 'kind'])
      .where('ended_at', 'is', null)
      .execute();
    const due = live.filter((row) => ended.keys.has(row.public_id));
    for (const { id, public_id: publicId } of due) {
      await core.keys.end(OPERATOR, [id], ended.keys.get(publicId)!);
    }
    const at = new Date(options.world.now()).toISOString();
    await endPolicies(core.db, ended.policies, at);
    await recordServerEvent(
      core.db,
      'server.restored',
      { backup_of: createdAt, ended_since: keysIn(due) },
      at,
    );
    const { n: people } = await core.db
      .selectFrom('person')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    return { people, live_keys: keysIn(live) - keysIn(due), ended_since: keysIn(due) };
  } finally {
    await core.close();
  }
}

function keysIn(rows: readonly { kind: string }[]): number {
  return rows.filter(({ kind }) => kind === 'api_key').length;
}
