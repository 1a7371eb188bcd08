import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { KEY_PREFIX, mintKey, PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import { openCore, type World } from '../src/core.ts';

export const world: World = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  randomBytes: (size) => randomBytes(size),
  randomUuid: () => crypto.randomUUID(),
};

export const operator = { type: 'operator' as const, id: 'bench', address: null, requestId: null };

export interface Seeded {
  dataDir: string;
  /** A sample of the keys, spread evenly, whole. */
  keys: string[];
  /** Their numbers. */
  ids: number[];
}

const SAMPLE = 1000;

/**
 * A data folder with `count` live keys, shared out among `people` with an account each, written in one transaction
 * past the product's own rules.
 */
export async function seedKeys(count: number, people = 1): Promise<Seeded> {
  const dataDir = mkdtempSync(join(tmpdir(), 'instavm-bench-'));
  const core = await openCore(dataDir, world);
  const person = { name: 'Bench', email: 'bench@example.org', password: 'a long enough password' };
  const made = (await core.people.create(operator, person))!;
  const { peppers } = core;
  await core.close();

  const sqlite = new DatabaseSync(join(dataDir, 'instavm.db'));
  const insert = sqlite.prepare(
    `insert into api_key (public_id, digest, pepper_version, account_id, person_id, label, scopes, created_at,
      allowed_cidrs, seq) values (?, ?, ?, ?, ?, ?, '["full"]', ?, '[]', 0)`,
  );
  const nowMs = Date.now();
  const [keys, ids]: [string[], number[]] = [[], []];
  sqlite.exec('begin');
  const owners = [made, ...Array.from({ length: people - 1 }, (_, i) => copyPerson(sqlite, made, i))];
  for (let i = 0; i < count; i++) {
    const key = mintKey(world.randomBytes);
    const publicId = key.slice(KEY_PREFIX.length, KEY_PREFIX.length + PUBLIC_ID_LENGTH);
    const digest = peppers.digest(peppers.current, key)!;
    const { lastInsertRowid } = insert.run(
      publicId,
      digest,
      peppers.current,
      owners[i % people]!.accountId,
      owners[i % people]!.personId,
      `key ${i}`,
      new Date(nowMs - i * 1000).toISOString(),
    );
    if (i % Math.ceil(count / SAMPLE) === 0) {
      keys.push(key);
      ids.push(Number(lastInsertRowid));
    }
  }
  sqlite.exec('commit');
  sqlite.close();
  return { dataDir, keys, ids };
}

type Owner = { accountId: number; personId: number };

function copyPerson(sqlite: DatabaseSync, { accountId, personId }: Owner, number: number): Owner {
  const copy = {
    accountId: copyRow(sqlite, 'account', `id = ${accountId}`, { id: null }),
    personId: copyRow(sqlite, 'person', `id = ${personId}`, {
      id: null,
      email: `bench-${number}@example.org`,
    }),
  };
  copyRow(sqlite, 'member', `account_id = ${accountId}`, {
    account_id: copy.accountId,
    person_id: copy.personId,
  });
  return copy;
}

function copyRow(
  sqlite: DatabaseSync,
  table: string,
  where: string,
  changed: Record<string, string | number | null>,
): number {
  const columns = sqlite.prepare('select name from pragma_table_info(?)').all(table);
  const names = columns.map(({ name }) => String(name));
  const values = names.map((name) => (Object.hasOwn(changed, name) ? `:${name}` : name));
  const copy = sqlite.prepare(
    `insert into ${table} (${names}) select ${values} from ${table} where ${where}`,
  );
  return Number(copy.run(changed).lastInsertRowid);
}
