import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { seed, sha256 } from './keys.mjs';

/** Its default allows a key 10 requests a day; nothing could be measured with it. */
const unlimited = { rateLimit: { enabled: false } };

export const betterAuthMemory = (count) =>
  open(count, { setting: 'database: node:sqlite in memory', file: ':memory:' });

export const betterAuthFile = (count) =>
  open(count, { setting: 'database: node:sqlite file, WAL, synchronous=FULL', file: null });

/** Its fastest setting: nothing is written to a database, and updates do not hold up the answer. */
export const betterAuthMap = (count) =>
  open(count, {
    setting: 'secondary storage in a Map, deferred updates',
    file: ':memory:',
    map: new Map(),
  });

async function open(count, { setting, file, map }) {
  const folder = mkdtempSync(join(tmpdir(), 'instavm-bench-better-auth-'));
  const database = new DatabaseSync(file ?? join(folder, 'auth.db'));
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;');
  const storage = map && {
    get: (key) => map.get(key) ?? null,
    set: (key, value) => void map.set(key, value),
    delete: (key) => void map.delete(key),
  };
  const auth = betterAuth({
    database,
    secret: 'a secret of the bench, long enough to be taken',
    baseURL: 'http://127.0.0.1',
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    logger: { disabled: true },
    ...(storage && { advanced: { backgroundTasks: { handler: (promise) => void promise } } }),
    plugins: [
      apiKey({
        ...unlimited,
        ...(storage && { storage: 'secondary-storage', customStorage: storage, deferUpdates: true }),
      }),
    ],
  });
  await (await getMigrations(auth.options)).runMigrations();
  const { user } = await auth.api.signUpEmail({
    body: { name: 'Bench', email: 'bench@example.org', password: 'a long enough password' },
  });
  const create = async () => auth.api.createApiKey({ body: { userId: user.id, name: 'bench' } });
  const sample = copyKey(count, await create(), database, map);
  return {
    name: 'better-auth 1.7.5 with @better-auth/api-key 1.7.5',
    setting: `${setting}; its limit of 10 a day off`,
    sample,
    check: async (key) => (await auth.api.verifyApiKey({ body: { key } })).valid,
    create,
    close() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Its own creation takes a millisecond a key; copies of the one that it made differ in key and id alone. */
function copyKey(count, made, database, map) {
  const hash = (text) => sha256(text, 'base64url');
  if (map) {
    const entry = JSON.parse([...map].find(([name]) => name.endsWith(hash(made.key)))[1]);
    const prefix = [...map.keys()].find((name) => name.endsWith(hash(made.key))).slice(0, -hash('').length);
    return seed(count, (text, index) => {
      const key = hash(text);
      map.set(prefix + key, JSON.stringify({ ...entry, id: `copy-${index}`, key }));
    });
  }
  const columns = database
    .prepare('select name from pragma_table_info(?)')
    .all('apikey')
    .map(({ name }) => name);
  const values = columns.map((name) => (name === 'id' || name === 'key' ? '?' : `"${name}"`));
  const names = columns.map((name) => `"${name}"`);
  const insert = database.prepare(
    `insert into apikey (${names}) select ${values} from apikey where id = '${made.id}'`,
  );
  const isIdFirst = columns.indexOf('id') < columns.indexOf('key');
  database.exec('begin');
  const sample = seed(count, (text, index) => {
    const pair = [`copy-${index}`, hash(text)];
    insert.run(...(isIdFirst ? pair : pair.reverse()));
  });
  database.exec('commit');
  return sample;
}
