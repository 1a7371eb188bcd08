import type { VmHost } from '@instavm/machines';
import type { FastifyInstance } from 'fastify';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.ts';

export interface Readiness {
  ready: boolean;
  database: 'ok' | 'unavailable';
  vm: {
    driver: string;
    isolation: string;
    state: 'preparing' | 'ready' | 'unavailable';
    progress: Record<string, unknown> | null;
    detail: string | null;
  };
}

/** `/healthz`: the process lives. `/readyz`: it can do all it is for, with what is missing where it cannot. */
export function healthRoutes(app: FastifyInstance, deps: { db: Kysely<Database>; host: VmHost }): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const state = await readiness(deps);
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  // The same for the dashboard: a browser would log each 503 as an error while the engine is prepared.
  app.get('/app/readyz', async () => readiness(deps));
}

export async function readiness(deps: { db: Kysely<Database>; host: VmHost }): Promise<Readiness> {
  const [database, hello] = await Promise.all([
    sql`select 1`.execute(deps.db).then(
      () => 'ok' as const,
      () => 'unavailable' as const,
    ),
    deps.host.hello(),
  ]);
  const { state, progress, detail } = hello.engine;
  return {
    ready: database === 'ok' && state === 'ready',
    database,
    vm: {
      driver: hello.driver,
      isolation: hello.isolation,
      state,
      progress: progress && {
        step: progress.step,
        steps: progress.steps,
        title: progress.title,
        fraction: progress.fraction,
        bytes_done: progress.bytesDone,
        bytes_total: progress.bytesTotal,
        elapsed_ms: progress.elapsedMs,
      },
      detail,
    },
  };
}
