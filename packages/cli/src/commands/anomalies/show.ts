import type { Command } from '../../command.ts';
import { anomalyCard } from './card.ts';

export default {
  args: [['<id>', 'the anomaly']],
  async run({ io, args, json, print, printJson, ...context }) {
    const client = await context.client();
    const anomaly = await client.anomalies.get(args[0] as string, { signal: io.signal });
    if (json) printJson(anomaly);
    else print(anomalyCard(anomaly, io.now()));
    return undefined;
  },
} satisfies Command;
