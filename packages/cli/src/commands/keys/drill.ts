import { randomBytes } from 'node:crypto';
import type { CreatedApiKey, InstaVM } from '@instavm/sdk';
import { type Command, type Context, positiveInteger } from '../../command.ts';
import { connect } from '../../context.ts';
import { type DrillReport, runDrill } from '../../drill/drill.ts';
import { EXIT } from '../../errors/cli-error.ts';
import { card } from '../../output/text.ts';
import { VERSION } from '../../version.ts';

interface Options {
  connections?: number;
  requests?: number;
}

const LIFETIME_MS = 3_600_000;
/** For the revocation that tidies up, after Ctrl-C too. */
const TIDY_UP_MS = 15_000;

export default {
  options: [
    {
      flags: '--connections <count>',
      description: 'connections kept open, 1 to 64 (default 32)',
      parse: between(1, 64),
    },
    {
      flags: '--requests <count>',
      description: 'at most so many, half of them before the revocation, 100 to 1000000 (default 100000)',
      parse: between(100, 1_000_000),
    },
  ],
  help: [
    'Makes a throw-away key that can only see itself and ends within the hour, calls GET /v1/whoami with it for',
    'about two seconds on many connections, revokes it with your own key, and goes on calling. Exit code 0: not one',
    "request that began after the revocation's answer was accepted; 1: one was, or the key never worked.",
    'Your own key needs keys:write. The throw-away key is revoked in any case, at Ctrl-C too.',
  ].join('\n'),
  async run(context) {
    const { io, json, printJson, print } = context;
    const client = await context.client();
    // Not ended by Ctrl-C: a key whose answer was not waited for could not be revoked.
    const key = await client.apiKeys.create({
      label: `drill-${randomBytes(4).toString('hex')}`,
      description: 'Made by instavm keys drill',
      scopes: ['self:read'],
      expires_at: new Date(io.now() + LIFETIME_MS).toISOString(),
    });
    const report = await drillWith(context, client, key);
    if (json)
      printJson({ key: { id: key.id, key_prefix: key.key_prefix }, server: client.baseUrl, ...report });
    else print(asText(client.baseUrl, key, report));
    return report.passed ? EXIT.ok : EXIT.error;
  },
} satisfies Command;

async function drillWith(context: Context, client: InstaVM, key: CreatedApiKey): Promise<DrillReport> {
  const { io, note } = context;
  const { connections = 32, requests = 100_000 } = context.options as Options;
  let revoked = false;
  const revoke = async () => {
    const proof = await client.apiKeys.revoke(key.id, { timeoutMs: TIDY_UP_MS });
    revoked = true;
    return proof;
  };
  try {
    io.signal.throwIfAborted();
    // Says in words what would otherwise be a row of failed requests.
    await connect(key.full_key, client.baseUrl).whoami({ signal: io.signal });
    const target = {
      url: `${client.baseUrl}/v1/whoami`,
      key: key.full_key,
      userAgent: `instavm-cli/${VERSION} drill`,
      connections,
      maxRequests: requests,
    };
    return await context.progress(`Drilling with API key ${key.id} on ${connections} connections`, () =>
      runDrill(target, revoke, io.signal),
    );
  } finally {
    if (!revoked) {
      await revoke().catch(() =>
        note(`Key ${key.id} could not be revoked; it ends within the hour: instavm keys revoke ${key.id}`),
      );
    }
  }
}

function asText(server: string, key: CreatedApiKey, report: DrillReport): string {
  const rows: [string, unknown][] = [
    ['Server', server],
    ['Key', `${key.id}, ${key.key_prefix}…`],
    ['Requests made', report.requests],
    ['Accepted before the revocation was answered', report.accepted_before],
    [
      'Accepted after',
      `${report.accepted_after_answer} of the ${report.started_after_answer} that began after the answer`,
    ],
    [
      'First refusal',
      report.first_refusal_ms === null
        ? 'none'
        : `${report.first_refusal_ms} ms after the revocation was sent`,
    ],
    ['Revocation answered', `after ${report.revocation_ms} ms`],
    ['Effective at', report.effective_at],
    ['Confirmed by', report.nodes_confirmed],
  ];
  if (report.other_answers > 0) rows.push(['Other answers', report.other_answers]);
  if (report.without_answer > 0) rows.push(['Without answer', report.without_answer]);
  rows.push(['Result', verdict(report)]);
  return card(rows);
}

function verdict({ passed, accepted_after_answer, accepted_before }: DrillReport): string {
  if (passed) return 'passed: the key was refused from the first request on';
  if (accepted_after_answer > 0) return 'failed: a revoked key was accepted';
  return accepted_before === 0
    ? 'failed: the key never worked, so nothing is proved'
    : 'failed: no request began after the answer, so nothing is proved; allow more with --requests';
}

function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = positiveInteger(text);
    if (number >= least && number <= most) return number;
    throw new Error(`is not between ${least} and ${most}`);
  };
}
