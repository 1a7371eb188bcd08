import type { Kysely } from 'kysely';
import { type Actor, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import type { KeyIndex } from './key-index.ts';
import { DAY_MS, idleEndMs } from './verdict.ts';

/** Days before its end at which a key is announced. */
const EXPIRY_DAYS = [30, 7, 1];
const IDLE_DAYS = [7, 1];

/** In one go; the rest follow with the next. */
const AT_ONCE_MAX = 200;

const SYSTEM: Actor = { type: 'system', id: 'keys', address: null, requestId: null };

export interface Announcement {
  kind: 'expiring' | 'idle';
  days: number;
  endsAtMs: number;
}

/**
 * What is to be said now of a key that ends at `endsAtMs` and has been there, or was last used, since `sinceMs`: the
 * nearest bound that has passed. A key that never had more than those days ahead is not announced at it: who made a
 * key for an hour knows.
 */
export function announcementDue(
  kind: Announcement['kind'],
  endsAtMs: number,
  sinceMs: number,
  nowMs: number,
): Announcement | null {
  if (endsAtMs <= nowMs) return null;
  const bounds = kind === 'expiring' ? EXPIRY_DAYS : IDLE_DAYS;
  const passed = bounds.filter(
    (days) => endsAtMs - nowMs <= days * DAY_MS && endsAtMs - sinceMs > days * DAY_MS,
  );
  return passed.length === 0 ? null : { kind, days: Math.min(...passed), endsAtMs };
}

export interface AnnounceDeps {
  db: Kysely<Database>;
  index: KeyIndex;
  now(): number;
}

/** Tells, once each, that keys will end: `api_key.expiring` and `api_key.idle`, for webhooks and mail. */
export async function announceKeys({ db, index, now }: AnnounceDeps): Promise<number> {
  const nowMs = now();
  const at = new Date(nowMs).toISOString();
  const due = [...(await expiring(db, nowMs)), ...(await idle(db, index, nowMs))].slice(0, AT_ONCE_MAX);
  for (const { key, announcement } of due) {
    await mutate(db, SYSTEM, at, async (trx) => {
      const endsAt = new Date(announcement.endsAtMs).toISOString();
      const { kind, days } = announcement;
      const made = await trx
        .insertInto('key_announcement')
        .values({ api_key_id: key.id, kind, days, ends_at: endsAt })
        .onConflict((oc) => oc.doNothing())
        .executeTakeFirst();
      if ((made.numInsertedOrUpdatedRows ?? 0n) === 0n) return;
      await recordChange(trx, at, SYSTEM, {
        accountId: key.account_id,
        environment: key.environment,
        event: kind === 'expiring' ? 'api_key.expiring' : 'api_key.idle',
        resourceType: 'api_key',
        resourceId: String(key.id),
        payload: { days, ends_at: endsAt, label: key.label },
      });
    });
  }
  return due.length;
}

const COLUMNS = [
  'id',
  'public_id',
  'account_id',
  'environment',
  'label',
  'created_at',
  'expires_at',
] as const;

async function expiring(db: Kysely<Database>, nowMs: number) {
  const rows = await living(db)
    .where('expires_at', '>', new Date(nowMs).toISOString())
    .where('expires_at', '<=', new Date(nowMs + EXPIRY_DAYS[0]! * DAY_MS).toISOString())
    .execute();
  return unsaid(db, rows, (key) =>
    announcementDue('expiring', Date.parse(key.expires_at!), Date.parse(key.created_at), nowMs),
  );
}

/** By what memory knows of its last use, which is newer than the row's. */
async function idle(db: Kysely<Database>, index: KeyIndex, nowMs: number) {
  const rows = await living(db).where('idle_expiry_days', 'is not', null).execute();
  return unsaid(db, rows, ({ public_id }) => {
    const key = index.get(public_id);
    if (!key || key.idleExpiryDays === 0) return null;
    const since = Math.max(key.lastUsedAtMs, key.createdAtMs);
    return announcementDue('idle', idleEndMs(key), since, nowMs);
  });
}

function living(db: Kysely<Database>) {
  return db
    .selectFrom('api_key')
    .select(COLUMNS)
    .where('end_reason', 'is', null)
    .where('rotated_to', 'is', null)
    .where('disabled_at', 'is', null);
}

type Row = Awaited<ReturnType<ReturnType<typeof living>['execute']>>[number];

async function unsaid(db: Kysely<Database>, rows: Row[], dueOf: (row: Row) => Announcement | null) {
  const due = rows.flatMap((key) => {
    const announcement = dueOf(key);
    return announcement ? [{ key, announcement }] : [];
  });
  if (due.length === 0) return due;
  const earlier = await db
    .selectFrom('key_announcement')
    .selectAll()
    .where(
      'api_key_id',
      'in',
      due.map(({ key }) => key.id),
    )
    .execute();
  const said = new Set(
    earlier.map(({ api_key_id, kind, days, ends_at }) => [api_key_id, kind, days, ends_at].join()),
  );
  return due.filter(
    ({ key, announcement: { kind, days, endsAtMs } }) =>
      !said.has([key.id, kind, days, new Date(endsAtMs).toISOString()].join()),
  );
}
