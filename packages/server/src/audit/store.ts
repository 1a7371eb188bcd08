import { type AuditEventGroup, auditEventsOf } from '@instavm/contract/audit-events';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { AuditRow } from './event.ts';
import type { Slices } from './slices.ts';

export interface AuditScope {
  /** Null: of every account and of the server, for the operator alone. */
  accountId: number | null;
  environment: string | null;
}

export interface AuditFilters {
  event_group?: AuditEventGroup | undefined;
  event_type?: string | undefined;
  status?: string | undefined;
  user_id?: number | undefined;
  vm_id?: string | undefined;
  session_id?: string | undefined;
}

export interface AuditReadDeps {
  db: Kysely<Database>;
  slices: Slices;
}

/** Numbers that one slice looks through, so that a filter that fits nothing holds nobody up. */
const SLICE_NUMBERS = 2000;

/** The newest `limit` events below `before`, newest first. */
export async function newestEvents(
  { db, slices }: AuditReadDeps,
  scope: AuditScope,
  filters: AuditFilters,
  page: { before: number | undefined; limit: number },
): Promise<AuditRow[]> {
  const newest = await newestNumber(db);
  let below = Math.min(page.before ?? newest + 1, newest + 1);
  const found: AuditRow[] = [];
  while (below > 1 && found.length < page.limit) {
    const from = isFiltered(filters) ? Math.max(below - SLICE_NUMBERS, 1) : 1;
    const rows = await visible(db, scope, filters)
      .where('seq', '<', below)
      .where('seq', '>=', from)
      .orderBy('seq', 'desc')
      .limit(page.limit - found.length)
      .execute();
    found.push(...rows);
    below = from;
    await slices.next();
  }
  return found;
}

/** Every event up to now, oldest first, some at a time. */
export async function* oldestEvents(
  { db, slices }: AuditReadDeps,
  scope: AuditScope,
  filters: AuditFilters,
): AsyncGenerator<AuditRow[]> {
  const newest = await newestNumber(db);
  for (let from = 1; from <= newest; from += SLICE_NUMBERS) {
    await slices.next();
    const rows = await visible(db, scope, filters)
      .where('seq', '>=', from)
      .where('seq', '<', Math.min(from + SLICE_NUMBERS, newest + 1))
      .orderBy('seq')
      .execute();
    if (rows.length > 0) yield rows;
  }
}

export async function findEvent(
  db: Kysely<Database>,
  scope: AuditScope,
  id: number,
): Promise<AuditRow | undefined> {
  return visible(db, scope, {}).where('seq', '=', id).executeTakeFirst();
}

async function newestNumber(db: Kysely<Database>): Promise<number> {
  return (await db.selectFrom('feed_head').select('seq').where('id', '=', 1).executeTakeFirstOrThrow()).seq;
}

function isFiltered(filters: AuditFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}

function visible(db: Kysely<Database>, scope: AuditScope, filters: AuditFilters) {
  const { event_group: group, ...columns } = filters;
  let rows = db.selectFrom('audit_event').selectAll();
  if (scope.accountId !== null) rows = rows.where('account_id', '=', scope.accountId);
  if (scope.environment !== null) rows = rows.where('environment', '=', scope.environment);
  if (group !== undefined) rows = rows.where('event_type', 'in', auditEventsOf(group));
  for (const [column, value] of Object.entries(columns)) {
    if (value !== undefined) rows = rows.where(column as keyof typeof columns, '=', value);
  }
  return rows;
}
