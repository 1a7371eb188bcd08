import { type ApiKey, maskKey, type Whoami } from '@instavm/sdk';
import type { Command, Context } from '../../command.ts';
import { connect } from '../../context.ts';
import { EXIT } from '../../errors/cli-error.ts';
import { describe, type ErrorView, exitCodeOf } from '../../errors/describe.ts';
import { card } from '../../output/text.ts';
import { exactTime } from '../../output/time.ts';
import {
  blankKey,
  type Credential,
  checkSendable,
  malformedKey,
  whyInForce,
} from '../../settings/credentials.ts';
import type { Settings } from '../../settings/settings.ts';
import { noticeLine, scopesInWords } from '../keys/words.ts';
import { probeKey, probeServer, recordsByPrefix } from './probe.ts';

interface SourceReport {
  source: Credential['source'];
  place: string;
  redacted: string | null;
  in_force: boolean;
  why: string;
  /** What is wrong with the text, found offline. */
  problem: string | null;
  /** What the server says of it, where the key in force may ask. */
  id: number | null;
  label: string | null;
  environment: string | null;
  scopes: string[] | null;
  created_at: string | null;
  expires_at: string | null;
  status: string | null;
  notices: ApiKey['notices'];
}

interface ServerReport {
  reachable: boolean;
  accepted: boolean | null;
  error: ErrorView | null;
}

export default {
  options: [{ flags: '--ssh-host <host>', description: 'SSH host to show' }],
  help: 'Exit code 0: the server takes the key; 4: there is none or it is refused; 1: the server was not reached.',
  async run(context) {
    const settings = await context.settings();
    const { server, known, exitCode } = await ask(context, settings);
    const sources = settings.credentials.map((credential, at) => reportOf(credential, at, settings, known));
    if (context.json) context.printJson(asJson(settings, sources, server));
    else context.print(asText(settings, sources, server, context.io.now()));
    return exitCode;
  },
} satisfies Command;

/** What the server told of the keys found here. */
interface Known {
  records: ReadonlyMap<string, ApiKey>;
  /** Of the key in force. */
  whoami: Whoami | null;
}

const NOTHING_KNOWN: Known = { records: new Map(), whoami: null };

async function ask({ io }: Context, settings: Settings) {
  const winner = settings.credentials[0];
  const baseUrl = settings.baseUrl.value;
  const problem = winner ? problemOf(winner) : null;
  if (!winner || problem !== null) {
    const reachable = await probeServer(baseUrl, io.signal);
    const wrong = winner && (winner.key ? malformedKey(problem!, winner.place) : blankKey(winner.place));
    const server: ServerReport = { reachable, accepted: null, error: wrong ? describe(wrong) : null };
    return { server, known: NOTHING_KNOWN, exitCode: EXIT.notAuthenticated };
  }
  const client = connect(winner.key!, baseUrl);
  const { reachable, accepted, error, whoami } = await probeKey(client, io.signal);
  const known = accepted ? { whoami, records: await recordsByPrefix(client, io.signal) } : NOTHING_KNOWN;
  const server: ServerReport = { reachable, accepted, error: error && describe(error) };
  if (accepted) return { server, known, exitCode: EXIT.ok };
  return { server, known, exitCode: accepted === false ? EXIT.notAuthenticated : exitCodeOf(error) };
}

function reportOf(
  credential: Credential,
  at: number,
  { credentials }: Settings,
  { records, whoami }: Known,
): SourceReport {
  const redacted = credential.key ? maskKey(credential.key) : null;
  const record = redacted ? records.get(redacted.replace('…', '')) : undefined;
  const told = record ?? (at === 0 ? whoami?.credential : undefined);
  return {
    source: credential.source,
    place: credential.place,
    redacted,
    in_force: at === 0,
    why: at === 0 ? whyInForce(credentials) : `hidden by ${credentials[0]!.place}`,
    problem: problemOf(credential),
    id: told?.id ?? null,
    label: told?.label ?? null,
    environment: told?.environment ?? null,
    scopes: told?.scopes ?? null,
    created_at: told?.created_at ?? null,
    expires_at: told?.expires_at ?? null,
    status: record?.status ?? null,
    notices: record?.notices ?? (at === 0 ? whoami?.notices : undefined) ?? [],
  };
}

function problemOf({ key }: Credential): string | null {
  if (key === null) return null;
  const check = checkSendable(key);
  return check.ok ? null : check.problem;
}

function asJson(settings: Settings, sources: SourceReport[], server: ServerReport) {
  const winner = sources[0];
  return {
    config_path: settings.configPath,
    active_profile: settings.profile,
    api_key: {
      configured: winner !== undefined,
      redacted: winner?.redacted ?? null,
      source: winner?.source ?? 'missing',
      stored: settings.storedKey,
      why: winner?.why ?? whyInForce([]),
    },
    base_url: settings.baseUrl,
    ssh_host: settings.sshHost,
    sources,
    server: { url: settings.baseUrl.value, ...server },
  };
}

function asText(
  { configPath, profile, baseUrl, sshHost, storedKey }: Settings,
  sources: SourceReport[],
  server: ServerReport,
  nowMs: number,
) {
  const winner = sources[0];
  const rows: [string, string][] = [
    ['Config path', configPath],
    ['Active profile', profile],
    [
      'API key',
      `${winner ? (winner.redacted ?? 'blank') : 'not configured'} (${winner?.source ?? 'missing'})`,
    ],
    ['Base URL', `${baseUrl.value} (${baseUrl.source})`],
    ['SSH host', `${sshHost.value} (${sshHost.source})`],
  ];
  if (storedKey) rows.push(['Stored key', 'present']);
  if (winner) rows.push(['In force', winner.why]);
  if (winner?.problem) rows.push(['Problem', winner.problem]);
  if (winner?.scopes) {
    rows.push(['Label', winner.label ?? 'none'], ['Environment', winner.environment ?? 'none']);
    rows.push(['Scopes', `${scopesInWords(winner.scopes)} (${winner.scopes.join(', ')})`]);
    const created = exactTime(winner.created_at, nowMs);
    if (created) rows.push(['Created', created]);
    rows.push(['Expires', exactTime(winner.expires_at, nowMs) ?? 'never']);
    for (const notice of winner.notices) rows.push(['Notice', noticeLine(notice, winner.id ?? undefined)]);
  }
  rows.push(['Server', inWords(server)]);
  if (server.error?.hint && server.accepted !== true) rows.push(['Next', server.error.hint]);
  if (!winner) rows.push(['Next', 'Store a key with `instavm auth set-key`, or set INSTAVM_API_KEY']);
  return card(rows);
}

function inWords({ reachable, accepted, error }: ServerReport): string {
  if (!reachable) return error ? `not reached: ${error.why ?? error.message}` : 'not reached';
  if (accepted) return 'accepted the key';
  if (accepted === false) return `refused the key: ${error?.message} (${error?.why})`;
  return error && error.status !== null
    ? `answered ${error.status}: ${error.message}`
    : 'reached; no key was sent';
}
