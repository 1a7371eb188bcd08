import { randomBase62 } from '@instavm/keyformat';
import type { Kysely, Transaction } from 'kysely';
import { type Actor, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import type { ApiKeyRow } from '../keys/store.ts';
import type { Figures, Finding } from './finding.ts';
import { looksLikeAttack, TOGETHER_WITHIN_MS } from './quarantine.ts';
import { sentenceOf } from './sentence.ts';
import { type AnomalyRow, likeAnomalies, openSince, setAnomaly } from './store.ts';

/** A finding about a key, with what is known of who was seen. */
export interface Found {
  keyId: number;
  finding: Finding;
  atMs: number;
  /** False for what does not take the secret of the key: it is told, and nothing follows from it. */
  isProven: boolean;
  address: string | null;
  client: string | null;
}

export interface RaiseDeps {
  db: Kysely<Database>;
  anomalies: { reload(keyId: number): Promise<void> };
  keys: {
    /** Disables a key within a larger change; undefined when it has ended or is disabled already. */
    quarantineWithin(
      trx: Transaction<Database>,
      actor: Actor,
      id: number,
      at: string,
      payload: Record<string, unknown>,
    ): Promise<ApiKeyRow | undefined>;
    /** After the commit: it is in force from the next request on. */
    apply(row: ApiKeyRow): unknown;
  };
  randomBytes(size: number): Uint8Array;
  now(): number;
}

const ACTOR: Actor = { type: 'system', id: 'anomalies', address: null, requestId: null };

/** What is seen again within this time belongs to the anomaly that is open, and is not raised anew. */
const GOES_ON_MS = 24 * 60 * 60_000;
/** What somebody looked into is not raised again at once. */
const SETTLED_MS = 24 * 60 * 60_000;

/** Writes down what was found, all or nothing, and disables keys that ask for it. */
export async function raise(deps: RaiseDeps, found: readonly Found[]): Promise<void> {
  if (found.length === 0) return;
  const at = new Date(deps.now()).toISOString();
  const disabled = await mutate(deps.db, ACTOR, at, async (trx) => {
    const rows = [];
    for (const one of found) {
      const row = await raiseOne(deps, trx, one, at);
      if (row) rows.push(row);
    }
    return rows;
  });
  for (const row of disabled) deps.keys.apply(row);
  for (const keyId of new Set(found.map((one) => one.keyId))) await deps.anomalies.reload(keyId);
}

/** @returns the key, when it was disabled */
async function raiseOne(
  deps: RaiseDeps,
  trx: Transaction<Database>,
  found: Found,
  at: string,
): Promise<ApiKeyRow | undefined> {
  const { keyId, finding, isProven } = found;
  const like = await likeAnomalies(trx, keyId, finding.kind, isProven);
  const seenAt = new Date(found.atMs).toISOString();
  const quiet = like.find((row) => isSame(row, finding) && row.quiet_until !== null && row.quiet_until > at);
  if (quiet) {
    await setAnomaly(trx, quiet.id, {
      count: quiet.count + 1,
      last_seen_at: later(quiet.last_seen_at, seenAt),
    });
    return undefined;
  }
  const since = new Date(Date.parse(seenAt) - GOES_ON_MS).toISOString();
  const open =
    like.find((row) => row.status === 'open' && isSame(row, finding)) ??
    like.find((row) => row.status === 'open' && row.last_seen_at > since);
  const settledSince = new Date(Date.parse(at) - SETTLED_MS).toISOString();
  const isSettled = like.some((row) => isSame(row, finding) && (row.resolved_at ?? '') > settledSince);
  if (!open && (finding.isRepeat || isSettled)) return undefined;
  const row = open ? await goOn(trx, open, found, seenAt) : await begin(deps, trx, found, seenAt, at);
  return isProven ? quarantine(deps, trx, row, at) : undefined;
}

async function begin(
  { randomBytes }: RaiseDeps,
  trx: Transaction<Database>,
  { keyId, finding, isProven, address, client }: Found,
  seenAt: string,
  at: string,
): Promise<AnomalyRow> {
  const key = await keyOf(trx, keyId);
  const figures: Figures = { ...finding.figures, address, client };
  const sentence = sentenceOf(finding.kind, figures);
  const row = await trx
    .insertInto('anomaly')
    .values({
      id: `an_${randomBase62(16, randomBytes)}`,
      account_id: key.account_id,
      api_key_id: keyId,
      kind: finding.kind,
      subject: finding.subject,
      status: 'open',
      is_proven: isProven ? 1 : 0,
      sentence,
      figures: JSON.stringify(figures),
      first_seen_at: seenAt,
      last_seen_at: seenAt,
      count: 1,
      quarantined: 0,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordChange(trx, at, ACTOR, {
    accountId: key.account_id,
    environment: key.environment,
    event: 'api_key.anomaly',
    resourceType: 'api_key',
    resourceId: String(keyId),
    payload: { anomaly_id: row.id, kind: row.kind, sentence, figures },
  });
  return row;
}

/** The larger figures are the ones to be told; another place or program within a day is named beside the first. */
async function goOn(
  trx: Transaction<Database>,
  row: AnomalyRow,
  { finding, address, client }: Found,
  seenAt: string,
): Promise<AnomalyRow> {
  const before = JSON.parse(row.figures) as Figures;
  let figures = before;
  if (!isSame(row, finding)) figures = { ...before, also: finding.subject };
  else if (amountOf(finding.figures) > amountOf(before)) figures = { ...finding.figures, address, client };
  return setAnomaly(trx, row.id, {
    count: row.count + 1,
    last_seen_at: later(row.last_seen_at, seenAt),
    ...(figures === before
      ? {}
      : { figures: JSON.stringify(figures), sentence: sentenceOf(row.kind, figures) }),
  });
}

async function quarantine(
  { keys }: RaiseDeps,
  trx: Transaction<Database>,
  { id, api_key_id: keyId, sentence, last_seen_at: seenAt }: AnomalyRow,
  at: string,
): Promise<ApiKeyRow | undefined> {
  const key = await keyOf(trx, keyId);
  if ((key.quarantine ?? key.account_quarantine) !== 1) return undefined;
  const since = new Date(Date.parse(seenAt) - TOGETHER_WITHIN_MS).toISOString();
  const together = await openSince(trx, keyId, since);
  if (!looksLikeAttack(new Set(together.map(({ kind }) => kind)))) return undefined;
  const payload = { anomaly_id: id, kinds: together.map(({ kind }) => kind), sentence };
  const disabled = await keys.quarantineWithin(trx, ACTOR, keyId, at, payload);
  if (!disabled) return undefined;
  for (const one of together) await setAnomaly(trx, one.id, { quarantined: 1, released_at: null });
  return disabled;
}

async function keyOf(trx: Transaction<Database>, id: number) {
  return trx
    .selectFrom('api_key')
    .innerJoin('account', 'account.id', 'api_key.account_id')
    .select(['api_key.account_id', 'environment', 'api_key.quarantine'])
    .select('account.quarantine as account_quarantine')
    .where('api_key.id', '=', id)
    .executeTakeFirstOrThrow();
}

function amountOf(figures: Figures): number {
  return Number(figures.requests ?? figures.refused ?? figures.changes ?? 0);
}

function isSame(row: AnomalyRow, { subject }: Finding): boolean {
  return row.subject === subject;
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}
