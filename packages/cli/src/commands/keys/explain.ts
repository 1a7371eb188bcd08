import type { ExplainRequest } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { EXIT, usageError } from '../../errors/cli-error.ts';
import { printable } from '../../output/text.ts';
import { findKey, KEY_ARGUMENT } from './find-key.ts';

export default {
  args: [
    ['<key>', KEY_ARGUMENT],
    ['<question...>', 'METHOD PATH like `POST /v1/vms`, or an action like vms:write or vms.create'],
  ],
  options: [
    { flags: '--resource <id>', description: 'a machine, session or key: would this key see it?' },
    { flags: '--address <ip>', description: 'where the request would come from' },
  ],
  help: [
    'Exit code 0: a request with the key would be allowed; 5: it would be refused.',
    '  instavm keys explain ci POST /v1/vms',
    '  instavm keys explain 12 vms:write --address 192.0.2.7',
  ].join('\n'),
  async run(context) {
    const { io, args, json, options, print, printJson } = context;
    const { resource, address } = options as { resource?: string; address?: string };
    const question = {
      ...questionOf(args[1] as string[]),
      ...(resource !== undefined && { resource }),
      ...(address !== undefined && { address }),
    };
    const client = await context.client();
    const id = await findKey(context, client, args[0] as string);
    const answer = await client.apiKeys.explain(id, question, { signal: io.signal });
    if (json) printJson(answer);
    else if (answer.allowed) print(`Allowed: ${printable(answer.reason)}\n`);
    else print(`Refused (${printable(answer.rule)}): ${printable(answer.reason)}\n`);
    return answer.allowed ? EXIT.ok : EXIT.forbidden;
  },
} satisfies Command;

function questionOf(words: readonly string[]): ExplainRequest {
  const [first, path, ...rest] = words;
  if (path === undefined) return { action: first! };
  if (rest.length === 0 && path.startsWith('/')) return { method: first!.toUpperCase(), path };
  throw usageError(
    'The question was not understood',
    'It is a method and a path that begins with a slash, or one action',
    'For example: instavm keys explain 12 POST /v1/vms',
  );
}
