import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { KEY_PREFIX, mintKey, PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import { openCore, type World } from '../src/core.ts';

export const world: World = {
  now: Date.now,
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

/** A data folder with one person and `count` live keys, written in one transaction past the product's own rules. */
export async function seedKeys(count: number): Promise<Seeded> {
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
  for (let i = 0; i < count; i++) {
    const key = mintKey(world.randomBytes);
    const publicId = key.slice(KEY_PREFIX.length, KEY_PREFIX.length + PUBLIC_ID_LENGTH);
    const digest = peppers.digest(peppers.current, key)!;
    const { lastInsertRowid } = insert.run(
      publicId,
      digest,
      peppers.current,
      made.accountId,
      made.personId,
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
