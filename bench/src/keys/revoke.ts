import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { type Figure, figure, percentile } from '../figures.ts';
import { startHelper } from '../process.ts';
import { RawConnection, rawRequest } from '../raw-connection.ts';
import { withFolder } from './folder.ts';

const KEYS = 100_000;
const CONNECTIONS = 64;
/** Requests that a connection sends at once. */
const DEPTH = 16;
const PATH = '/v1/ssh-keys';
/** The steady load under which the answer of a revoke is timed, a second over all connections. */
const LOAD_PER_SECOND = 1500;
const TICK_MS = 10;

/** Revocation over HTTP: how long its answer takes under load, and what is accepted after it. */
export async function revokeFigures({ isQuick, say }: Bench): Promise<Figure[]> {
  return withFolder(KEYS, async ({ dataDir, keysFile, keys, ids }) => {
    const server = await startHelper<{ port: number }>('packages/server/bench/server.ts', [
      dataDir,
      keysFile,
      'checked',
    ]);
    const connections = await RawConnection.openAll(server.ready.port, CONNECTIONS);
    const admin = await RawConnection.open(server.ready.port);
    const revoke = async (index: number) => {
      const started = performance.now();
      const statuses = await admin.send(
        rawRequest('DELETE', `/v1/api-keys/${ids[index]}`, { 'x-api-key': keys[0]! }),
      );
      if (statuses.get('200') !== 1) throw new Error(`a revoke was answered ${[...statuses.keys()]}`);
      return performance.now() - started;
    };
    const timed = isQuick ? 100 : 500;
    say(`${timed} revokes beside ${LOAD_PER_SECOND} requests a second`);
    const idle = await inTurn(timed / 2, (i) => revoke(1 + i));
    const underLoad = await beside(steadyLoad(connections, keys[0]!), () =>
      inTurn(timed / 2, (i) => revoke(1 + timed / 2 + i)),
    );
    const [victims, requests] = isQuick ? [2, 20_000] : [20, 1_000_000];
    say(`${requests} requests after a revoke, on ${CONNECTIONS} connections`);
    const after = { accepted: 0, refused: 0 };
    for (let i = 0; i < victims; i++) {
      const index = keys.length - 1 - i;
      const request = rawRequest('GET', PATH, { 'x-api-key': keys[index]! });
      const result = await hammer(connections, request, () => revoke(index), requests / victims);
      after.accepted += result.accepted;
      after.refused += result.refused;
    }
    for (const connection of [...connections, admin]) connection.close();
    await server.stop();
    return [
      figure('revoke answered, no load, p50', percentile(idle, 0.5), 'ms', null),
      figure('revoke answered, no load, p99', percentile(idle, 0.99), 'ms', null),
      figure(`revoke answered, ${LOAD_PER_SECOND} req/s, p50`, percentile(underLoad, 0.5), 'ms', null),
      figure(`revoke answered, ${LOAD_PER_SECOND} req/s, p99`, percentile(underLoad, 0.99), 'ms', {
        at: 'most',
        bound: 5,
      }),
      figure(
        `accepted of ${after.accepted + after.refused} requests begun after the answer`,
        after.accepted,
        '',
        { at: 'most', bound: 0 },
      ),
    ];
  });
}

/**
 * All connections ask with the key without a pause while it is revoked. What a connection sends once the answer is
 * there counts; before it the key must have worked, or nothing is shown.
 */
async function hammer(
  connections: RawConnection[],
  request: string,
  revoke: () => Promise<unknown>,
  requests: number,
): Promise<{ accepted: number; refused: number }> {
  const total = { before: 0, accepted: 0, refused: 0 };
  let isAnswered = false;
  let left = requests;
  const loops = connections.map(async (connection) => {
    while (!isAnswered || left > 0) {
      const isAfter = isAnswered;
      if (isAfter) left -= DEPTH;
      const statuses = await connection.send(request, DEPTH);
      const accepted = statuses.get('200') ?? 0;
      if (isAfter) {
        total.accepted += accepted;
        total.refused += statuses.get('401') ?? 0;
      } else total.before += accepted;
    }
  });
  await sleep(100);
  await revoke();
  isAnswered = true;
  await Promise.all(loops);
  if (total.before === 0) throw new Error('the key was never accepted, so nothing is shown');
  return total;
}

/** A fixed number of requests a second, whatever the answers do; stops when told. */
function steadyLoad(connections: RawConnection[], key: string): () => Promise<void> {
  const request = rawRequest('GET', PATH, { 'x-api-key': key });
  const perTick = (LOAD_PER_SECOND * TICK_MS) / 1000;
  let next = 0;
  let isStopped = false;
  const busy = new Map<RawConnection, Promise<unknown>>();
  const ticks = (async () => {
    const started = performance.now();
    for (let sent = 0; !isStopped; ) {
      const due = Math.floor(((performance.now() - started) / TICK_MS) * perTick);
      for (; sent < due; sent++) {
        const connection = connections[next++ % connections.length]!;
        if (busy.has(connection)) continue;
        busy.set(
          connection,
          connection.send(request).finally(() => busy.delete(connection)),
        );
      }
      await sleep(1);
    }
  })();
  return async () => {
    isStopped = true;
    await ticks;
    await Promise.all(busy.values());
  };
}

async function beside<T>(stop: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await stop();
  }
}

async function inTurn(times: number, work: (index: number) => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  for (let i = 0; i < times; i++) {
    await sleep(2);
    results.push(await work(i));
  }
  return results;
}
