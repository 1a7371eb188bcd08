import type { Introspection } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { EXIT } from '../../errors/cli-error.ts';
import { card } from '../../output/text.ts';
import { readKeyFromStdin } from './read-key.ts';

export default {
  options: [{ flags: '--address <ip>', description: 'where the request came from that carried the key' }],
  help: [
    'The key is read from standard input, or asked for on a terminal; never give it on the command line.',
    'Your own key needs keys:introspect. Exit code 0: the key is active; 1: it is not, or not of this account.',
    '  printf %s "$KEY" | instavm keys introspect',
  ].join('\n'),
  async run(context) {
    const { io, json, options, print, printJson } = context;
    const key = await readKeyFromStdin(context, 'keys introspect');
    const client = await context.client();
    const { address } = options as { address?: string };
    const found = await client.apiKeys.introspect(key, { address, signal: io.signal });
    if (json) printJson(found);
    else print(asText(found));
    return found.active ? EXIT.ok : EXIT.error;
  },
} satisfies Command;

function asText(found: Introspection): string {
  if (!found.active) return 'Active: no\n';
  const rows: [string, unknown][] = [
    ['Active', 'yes'],
    ['Key', found.jti ?? found.client_id],
    ['Label', found.label],
    ['Environment', found.environment ?? 'none'],
    ['Subject', found.sub],
    ['Scopes', found.scope],
    ['Issued', timeOf(found.iat)],
    ['Not before', timeOf(found.nbf)],
    ['Expires', timeOf(found.exp) ?? 'never'],
  ];
  return card(rows.filter(([, value]) => value !== undefined));
}

function timeOf(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
}
