import type { AnomalyKind } from '@instavm/contract';
import type { Kysely, Transaction } from 'kysely';
import { type Actor, recordChange } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import { type AnomalyRow, setAnomaly } from './store.ts';
import type { Trusted } from './trust.ts';

/** What the owner of a key is told of it. */
export interface KeyAnomaly {
  id: string;
  kind: AnomalyKind;
  sentence: string;
  /** The key is disabled because of it. */
  isQuarantine: boolean;
}

/** The like of what a key was disabled for is not raised for so long once it is enabled again. */
const RELEASED_QUIET_MS = 30 * 86_400_000;

const NONE: readonly KeyAnomaly[] = [];

/** What is open about each key, in memory, because every answer that shows a key tells it. */
export class KeyAnomalies {
  readonly #db: Kysely<Database>;
  readonly #keys = new Map<number, readonly KeyAnomaly[]>();
  #trusted: { keyId: number; trusted: Trusted }[] = [];
  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Of every key. */
  async load(): Promise<void> {
    const rows = await this.#told().execute();
    for (const [keyId, ofKey] of Map.groupBy(rows, (row) => row.api_key_id)) {
      this.#keys.set(keyId, newestOfEach(ofKey));
    }
  }

  /** After a change is committed. */
  async reload(keyId: number): Promise<void> {
    const rows = await this.#told().where('api_key_id', '=', keyId).execute();
    if (rows.length === 0) this.#keys.delete(keyId);
    else this.#keys.set(keyId, newestOfEach(rows));
  }

  of(keyId: number): readonly KeyAnomaly[] {
    return this.#keys.get(keyId) ?? NONE;
  }

  /**
   * Within the change that enables a key: what it was disabled for is looked into, and the like stays quiet for a
   * while, so that its next request does not disable it again. To be followed by `reload` once it is committed.
   */
  async releaseWithin(trx: Transaction<Database>, actor: Actor, keyId: number, at: string): Promise<void> {
    const rows = await trx
      .selectFrom('anomaly')
      .innerJoin('api_key', 'api_key.id', 'anomaly.api_key_id')
      .selectAll('anomaly')
      .select('api_key.environment')
      .where('api_key_id', '=', keyId)
      .where('quarantined', '=', 1)
      .where('released_at', 'is', null)
      .execute();
    const quietUntil = new Date(Date.parse(at) + RELEASED_QUIET_MS).toISOString();
    for (const row of rows) {
      await setAnomaly(trx, row.id, { released_at: at, quiet_until: quietUntil });
      await resolveWithin(trx, actor, row, at);
      this.noteTrust(row);
    }
  }

  /** What is right from now on. Forgotten in a crash: then the like can be raised once more. */
  noteTrust({ api_key_id: keyId, kind, subject, figures }: AnomalyRow): void {
    this.#trusted.push({ keyId, trusted: { kind, subject, figures: JSON.parse(figures) } });
  }

  takeTrusted(): { keyId: number; trusted: Trusted }[] {
    const taken = this.#trusted;
    this.#trusted = [];
    return taken;
  }

  #told() {
    return this.#db
      .selectFrom('anomaly')
      .select(['id', 'api_key_id', 'kind', 'sentence', 'quarantined', 'released_at'])
      .where((eb) =>
        eb.or([
          eb('status', '=', 'open'),
          eb.and([eb('quarantined', '=', 1), eb('released_at', 'is', null)]),
        ]),
      )
      .orderBy('last_seen_at', 'desc');
  }
}

/** Closes an anomaly that is not closed. */
export async function resolveWithin(
  trx: Transaction<Database>,
  actor: Actor,
  row: AnomalyRow & { environment: string | null },
  at: string,
): Promise<void> {
  if (row.status === 'resolved') return;
  const by = `${actor.type}:${actor.id}`;
  await setAnomaly(trx, row.id, { status: 'resolved', resolved_at: at, resolved_by: by });
  await recordChange(trx, at, actor, {
    accountId: row.account_id,
    environment: row.environment,
    event: 'api_key.anomaly_resolved',
    resourceType: 'api_key',
    resourceId: String(row.api_key_id),
    payload: { anomaly_id: row.id, kind: row.kind },
  });
}

type Told = Pick<AnomalyRow, 'id' | 'kind' | 'sentence' | 'quarantined' | 'released_at'>;

/** One of each kind, so that the list stays short, and each that the key is disabled for. */
function newestOfEach(rows: readonly Told[]): KeyAnomaly[] {
  const kinds = new Set<string>();
  const shown: KeyAnomaly[] = [];
  for (const { id, kind, sentence, quarantined, released_at } of rows) {
    const isQuarantine = quarantined === 1 && released_at === null;
    if (kinds.has(`${kind} ${isQuarantine}`)) continue;
    kinds.add(`${kind} ${isQuarantine}`);
    shown.push({ id, kind, sentence, isQuarantine });
  }
  return shown;
}
