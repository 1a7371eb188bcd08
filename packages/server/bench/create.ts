// Creation of keys on disk, past HTTP, and the floors under it in the same folder. Argument: a data folder.
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openCore } from '../src/core.ts';
import { DATABASE_FILE } from '../src/data-folder.ts';
import { startCheckpoints } from '../src/db/checkpoints.ts';
import type { KeySettings } from '../src/keys/key-ring.ts';
import { NO_KEY_BOUNDS } from '../src/keys/new-key.ts';
import { percentiles, rate, serveRounds } from './rounds.ts';
import { operator, world } from './seed.ts';

const PAGE_BYTES = 4096;

const dataDir = process.argv[2]!;
const core = await openCore(dataDir, world, { maxKeys: 1_000_000 });
const checkpoints = await startCheckpoints(core.db, join(dataDir, DATABASE_FILE), (error) => {
  throw error;
});
const owners = await core.db.selectFrom('member').select(['account_id', 'person_id']).execute();
let made = 0;
const floorFile = join(dataDir, 'floor.db');
const sqlite = new DatabaseSync(floorFile);
sqlite.exec(
  'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; create table row (id integer primary key, text text)',
);
const insert = sqlite.prepare('insert into row (text) values (?)');
const log = openSync(join(dataDir, 'floor.log'), 'w');
const page = Buffer.alloc(PAGE_BYTES, 1);

serveRounds(
  {
    create: async ({ keys, inFlight }: { keys: number; inFlight: number }) => ({
      per_second: await rate(keys, inFlight, () => core.keys.create(operator, settings())),
    }),
    /** One row, one statement, one commit: what SQLite itself can do here. */
    sqlite: async ({ rows }: { rows: number }) => ({
      per_second: await rate(rows, 1, async () => insert.run('x'.repeat(200))),
    }),
    /** One page appended and on the disk. */
    fsync({ writes }: { writes: number }) {
      const times = new Float64Array(writes);
      for (let i = 0; i < writes; i++) {
        const started = performance.now();
        writeSync(log, page);
        fdatasyncSync(log);
        times[i] = performance.now() - started;
      }
      const total = times.reduce((sum, time) => sum + time, 0);
      return { per_second: writes / (total / 1000), ...percentiles(times) };
    },
  },
  async () => {
    sqlite.close();
    closeSync(log);
    rmSync(floorFile);
    await checkpoints.stop();
    await core.close();
  },
);
process.send!({});

function settings(): KeySettings {
  made++;
  return {
    ...owners[made % owners.length]!,
    service_account_id: null,
    label: `made ${made}`,
    description: null,
    environment: null,
    scopes: '["full"]',
    owner: null,
    not_before: null,
    expires_at: null,
    idle_expiry_days: null,
    allowed_cidrs: '[]',
    ...NO_KEY_BOUNDS,
    created_from_address: null,
    created_from_client: null,
  };
}
