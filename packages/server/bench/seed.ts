import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY_PREFIX, mintKey, PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import { openCore, type World } from '../src/core.ts';

export const world: World = {
  now: Date.now,
  randomBytes: (size) => randomBytes(size),
  randomUuid: () => crypto.randomUUID(),
};

/** A data folder with one person and `count` live keys; the last key whole. Rows go in by one transaction. */
export async function seedKeys(count: number): Promise<{ dataDir: string; keys: string[] }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'instavm-bench-'));
  const core = await openCore(dataDir, world);
  const actor = { type: 'operator' as const, id: 'bench', address: null, requestId: null };
  const person = { name: 'Bench', email: 'bench@example.org', password: 'a long enough password' };
  const made = await core.people.create(actor, person);
  const keys: string[] = [];
  await core.db.transaction().execute(async (trx) => {
    for (let i = 0; i < count; i++) {
      const key = mintKey(world.randomBytes);
      await trx
        .insertInto('api_key')
        .values({
          public_id: key.slice(KEY_PREFIX.length, KEY_PREFIX.length + PUBLIC_ID_LENGTH),
          digest: core.peppers.digest(core.peppers.current, key)!,
          pepper_version: core.peppers.current,
          account_id: made!.accountId,
          person_id: made!.personId,
          label: `key ${i}`,
          scopes: '["full"]',
          created_at: new Date().toISOString(),
          allowed_cidrs: '[]',
          seq: 0,
        } as never)
        .execute();
      if (i % Math.ceil(count / 1000) === 0) keys.push(key);
    }
  });
  await core.close();
  return { dataDir, keys };
}
