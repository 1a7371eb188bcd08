import type { KeyRotation } from '@instavm/sdk';
import type { Command, Context } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { type Moment, moment, momentText } from '../../output/time.ts';
import { findKey, KEY_ARGUMENT } from './find-key.ts';
import { guideThrough } from './rotation-guide.ts';

const POLICIES = ['on_first_use', 'at', 'now'] as const;

interface Options {
  policy?: (typeof POLICIES)[number];
  at?: Moment;
  wait?: boolean;
}

export default {
  args: [['<key>', KEY_ARGUMENT]],
  options: [
    {
      flags: '--policy <policy>',
      description:
        'when the old key ends: on_first_use of the new one (default), at the time of --at, or now',
      choices: POLICIES,
    },
    {
      flags: '--at <time>',
      description: 'e.g. 24h or 2027-01-31T12:00:00Z; with on_first_use the latest (default 7 days)',
      parse: moment,
    },
    { flags: '--wait', description: 'wait for the first call with the new key; on a terminal unless said' },
    { flags: '--no-wait', description: 'do not wait' },
  ],
  help: [
    'The new key has the same scopes, environment, limits and expiry. It alone is printed on standard output, this',
    'once; the steps go to standard error. Ctrl-C ends the waiting and nothing else.',
    'With --json the answer is printed at once, and with --wait a second object when the wait is over.',
  ].join('\n'),
  async run(context) {
    const { io, args, json, print, printJson } = context;
    const options = context.options as Options;
    const rotation = rotationOf(options, io.now());
    const client = await context.client();
    const id = await findKey(context, client, args[0] as string);
    context.showsNotices();
    // Not ended by Ctrl-C: the answer holds a key that exists from then on.
    const rotated = await client.apiKeys.rotate(id, rotation);
    if (json) printJson(rotated);
    else print(`${rotated.full_key}\n`);
    await guideThrough(
      context,
      client,
      rotated,
      rotation.policy ?? 'on_first_use',
      mayWait(context, options),
    );
    return undefined;
  },
} satisfies Command;

function rotationOf({ policy, at }: Options, nowMs: number): KeyRotation {
  if (policy === 'at' && !at) throw wrongTime('--policy at needs a time', 'Give it with --at, e.g. --at 24h');
  if (policy === 'now' && at) throw wrongTime('--policy now takes no time', 'Leave --at out');
  return { ...(policy && { policy }), ...(at && { at: momentText(at, nowMs) }) };
}

function wrongTime(message: string, hint: string) {
  return usageError(message, 'Nothing was rotated', hint);
}

// A script that takes the key from standard output would wait for itself.
function mayWait({ io, json }: Context, { wait }: Options): boolean {
  return wait ?? (io.stdout.isTTY && io.stderr.isTTY && !json);
}
