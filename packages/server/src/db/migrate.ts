import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/index.ts';
import type { Database } from './schema.ts';

/** Brings the database up to this program. Throws NewerDatabaseError and changes nothing when it is ahead of it. */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  await pendingMigrations(db);
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

/** Migrations that the database has not had yet. Throws NewerDatabaseError when it is ahead of this program. */
export async function pendingMigrations(db: Kysely<Database>): Promise<string[]> {
  const done = await doneMigrations(db);
  const unknown = done.filter((name) => !(name in migrations));
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
  return Object.keys(migrations).filter((name) => !done.includes(name));
}

export class NewerDatabaseError extends Error {
  override name = 'NewerDatabaseError';
  constructor(unknown: string[]) {
    super(`the database was written by a newer version (it holds ${unknown.join(', ')})`);
  }
}

async function doneMigrations(db: Kysely<Database>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  return rows.map((row) => row.name);
}
