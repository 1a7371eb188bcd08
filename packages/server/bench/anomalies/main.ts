// False alarms, attacks found, and what the watching of keys costs, in a process of its own.

import { Watch } from '../../src/anomalies/watch.ts';
import type { KeyPrincipal } from '../../src/auth/principal.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/sqlite.ts';
import { activeOwner } from '../../src/testing/indexed-key.ts';
import { serveRounds } from '../rounds.ts';
import { world } from '../seed.ts';
import { attackedKeys } from './attacks.ts';
import { normalMonths } from './run.ts';

const db = openDatabase(':memory:');
await migrate(db);

const KEYS = 1000;

/** Requests of many keys, some of each in a row, as a server that is busy sees them, with a look at them every `lookEvery`. */
async function watching(requests: number, lookEvery: number) {
  const anomalies = { reload: async () => {}, takeTrusted: () => [], of: () => [] };
  const keys = { quarantineWithin: async () => undefined, apply() {} };
  const watch = new Watch({ db, anomalies, keys, ...world });
  const owner = activeOwner();
  const served = Array.from({ length: KEYS }, (_, n) => ({
    principal: {
      kind: 'api_key',
      keyId: n + 1,
      vmId: null,
      environment: null,
      key: { owner },
    } as KeyPrincipal,
    address: `198.51.100.${n % 250}`,
    client: 'python-requests/2.32.3',
    status: 200,
    receivedAtMs: world.now(),
  }));
  const round = async () => {
    const before = process.cpuUsage();
    let noting = 0;
    for (let n = 0; n < requests; n += lookEvery) {
      const began = process.cpuUsage();
      for (let i = n; i < n + lookEvery; i++) watch.note(served[(i >> 2) % KEYS] as never);
      const { user, system } = process.cpuUsage(began);
      noting += user + system;
      await watch.look();
    }
    const { user, system } = process.cpuUsage(before);
    return { note_us: noting / requests, all_us: (user + system) / requests };
  };
  // The first time loads profiles and warms up.
  await round();
  return round();
}

serveRounds(
  {
    months: ({ seed, officeMovesOn }: { seed: number; officeMovesOn: number | null }) => {
      const { first, second, sightings } = normalMonths(
        seed,
        officeMovesOn === null ? {} : { officeMovesOn },
      );
      return {
        first: first.length,
        second: second.length,
        secondFalse: second.filter(({ isRealChange }) => !isRealChange).length,
        sightings,
      };
    },
    attacks: ({ seed }: { seed: number }) => attackedKeys(seed),
    watching: ({ requests }: { requests: number }) => watching(requests, 10_000),
  },
  () => db.destroy(),
);
process.send!({});
