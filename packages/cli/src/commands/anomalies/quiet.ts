import { type Command, positiveInteger } from '../../command.ts';
import { anomalyCard } from './card.ts';

export default {
  args: [['<id>', 'the anomaly']],
  options: [{ flags: '--days <count>', description: 'for so long (default 30)', parse: positiveInteger }],
  help: 'It is expected: the like is not raised until then.',
  async run({ io, args, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const { days } = options as { days?: number };
    const anomaly = await client.anomalies.quiet(args[0] as string, { days, signal: io.signal });
    if (json) printJson(anomaly);
    else print(anomalyCard(anomaly, io.now()));
    return undefined;
  },
} satisfies Command;
