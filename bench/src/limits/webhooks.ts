import type { Bench } from '../bench.ts';
import { type Figure, figure, median } from '../figures.ts';
import { withFolder } from '../keys/folder.ts';
import { startHelper } from '../process.ts';
import { alternate } from '../rounds.ts';

interface Delivered {
  per_second: number;
  cpu_us: number;
}

const AT_LEAST = { at: 'least' as const, bound: 1000 };

/** Deliveries a second to a receiver on this machine: from the event's commit to the delivery's. */
export async function webhookFigures({ rounds, isQuick, say }: Bench): Promise<Figure[]> {
  const deliveries = isQuick ? 2000 : 10_000;
  return withFolder(1, async ({ dataDir }) => {
    say(`webhooks, rounds of ${deliveries} deliveries`);
    const receiver = await startHelper<{ url: string }>('bench/src/limits/receiver.ts');
    const server = await startHelper('packages/server/bench/webhooks.ts', [dataDir]);
    const { url } = receiver.ready;
    const deliver = (endpoints: number, machines: number) => () =>
      server.ask<Delivered>({ round: 'deliver', url, endpoints, events: deliveries / endpoints, machines });
    const measured = await alternate<string, Delivered>(rounds, {
      many: deliver(20, 0),
      one: deliver(1, 0),
      ordered: deliver(20, 100),
    });
    for (const helper of [server, receiver]) await helper.stop();
    const of = (name: string, field: keyof Delivered) => median(measured[name]!.map((round) => round[field]));
    return [
      figure('webhooks delivered, 20 endpoints', of('many', 'per_second'), '/s', AT_LEAST),
      figure('webhooks delivered, 1 endpoint', of('one', 'per_second'), '/s', null),
      figure(
        'webhooks delivered, 20 endpoints, 100 machines in order',
        of('ordered', 'per_second'),
        '/s',
        null,
      ),
      figure('processor time of the server for a delivery', of('many', 'cpu_us'), 'us', null),
    ];
  });
}
