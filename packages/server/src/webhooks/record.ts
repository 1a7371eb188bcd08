import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Attempt, Verdict } from './attempt.ts';
import { type DueDelivery, recordAttempt, releaseNext } from './delivery-store.ts';
import { setHealth } from './endpoint-store.ts';
import type { Health } from './schedule.ts';

/** An attempt that is over and not in the database yet. */
export interface Attempted {
  endpointId: string;
  delivery: DueDelivery;
  verdict: Verdict;
  atMs: number;
}

/** How an endpoint is after some attempts. */
export interface EndpointNews {
  health: Health;
  lastDeliveryAt: string | null;
  lastFailure: string | null;
}

/** Many attempts and what they say of their endpoints, in one transaction. */
export async function recordAttempts(
  db: Kysely<Database>,
  attempted: readonly Attempted[],
  endpoints: ReadonlyMap<string, EndpointNews>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const { endpointId, delivery, verdict, atMs } of attempted) {
      const at = new Date(atMs).toISOString();
      const { status, attempt, nextAttemptAtMs } = verdict;
      await recordAttempt(trx, {
        number: delivery.number,
        status,
        attempts: withAttempt(delivery.attempts, attempt),
        attemptCount: delivery.attempt_count + 1,
        nextAttemptAt: nextAttemptAtMs === null ? null : new Date(nextAttemptAtMs).toISOString(),
        settledAt: status === 'failed' ? null : at,
        statusCode: attempt.status_code,
        error: attempt.error,
      });
      if (status !== 'failed' && delivery.ordered_by !== null) {
        await releaseNext(trx, endpointId, delivery.ordered_by, at);
      }
    }
    for (const [id, { health, lastDeliveryAt, lastFailure }] of endpoints) {
      await setHealth(trx, id, { ...health, lastDeliveryAt, lastFailure });
    }
  });
}

/** A list in JSON with one more at its end. */
function withAttempt(attempts: string, attempt: Attempt): string {
  return `${attempts.slice(0, -1)}${attempts === '[]' ? '' : ','}${JSON.stringify(attempt)}]`;
}

/** What attempts, in their order, make of what was known of an endpoint. */
export function newsOf(before: Health, attempted: readonly Attempted[]): EndpointNews {
  const news: EndpointNews = { health: before, lastDeliveryAt: null, lastFailure: null };
  for (const { verdict, atMs } of attempted) {
    const at = new Date(atMs).toISOString();
    if (verdict.status === 'succeeded') {
      news.health = { failingSince: null, failures: 0 };
      news.lastDeliveryAt = at;
      news.lastFailure = null;
    } else {
      const { failingSince, failures } = news.health;
      news.health = { failingSince: failingSince ?? at, failures: failures + 1 };
      news.lastFailure = verdict.attempt.error;
    }
  }
  return news;
}
