import { Gauge, type Metric } from 'prom-client';
import type { Backlog } from './backlog.ts';

export interface BacklogGaugesDeps {
  backlog(): Promise<Backlog>;
  now(): number;
}

/** Webhooks and mails that pile up, of the server as a whole. */
export function backlogGauges({ backlog, now }: BacklogGaugesDeps): Metric<string>[] {
  const gauge = (name: string, help: string, pick: (backlog: Backlog) => number) =>
    new Gauge({
      name,
      help,
      registers: [],
      async collect() {
        const read = await backlog().catch(() => null);
        // Of a database that cannot be read nothing is said: 0 would be good news.
        if (read === null) this.remove();
        else this.set(pick(read));
      },
    });
  return [
    gauge(
      'instavm_webhook_deliveries_waiting',
      'Deliveries of webhooks that have neither arrived nor been given up',
      ({ deliveriesWaiting }) => deliveriesWaiting,
    ),
    gauge(
      'instavm_webhook_deliveries_due',
      'Deliveries that should be sent by now, to endpoints that are switched on',
      ({ deliveriesDue }) => deliveriesDue,
    ),
    gauge(
      'instavm_webhook_oldest_due_age_seconds',
      'For how long the delivery that is due longest has been due; 0 when none is',
      ({ oldestDueAt }) => (oldestDueAt === null ? 0 : Math.max(0, (now() - Date.parse(oldestDueAt)) / 1000)),
    ),
    gauge(
      'instavm_webhook_deliveries_dead',
      'Deliveries that were given up and are kept to be replayed',
      ({ deliveriesDead }) => deliveriesDead,
    ),
    gauge(
      'instavm_webhook_endpoints_disabled',
      'Endpoints that are switched off, by hand or because nothing reached them',
      ({ endpointsDisabled }) => endpointsDisabled,
    ),
    gauge(
      'instavm_mails_waiting',
      'Mails that have neither been sent nor been given up',
      ({ mailsWaiting }) => mailsWaiting,
    ),
    gauge(
      'instavm_mails_given_up',
      'Mails that the mail server refused for good or for too long',
      ({ mailsGivenUp }) => mailsGivenUp,
    ),
  ];
}
