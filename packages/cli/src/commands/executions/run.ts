import type { Execution, InstaVM } from '@instavm/sdk';
import { type Command, type Context, positiveInteger } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { type Language, readProgram } from './source.ts';

interface Options {
  cmd?: string;
  language?: Language;
  session?: string;
  vm?: string;
  timeout?: number;
}

const LANGUAGES = ['python', 'bash'] as const;
const DEFAULT_LIFETIME_SECONDS = 300;
const LONGEST_LIFETIME_SECONDS = 86_400;
const CLEAN_UP_MS = 10_000;

export default {
  args: [['[file]', 'file with the code; - reads standard input']],
  options: [
    { flags: '--cmd <text>', description: 'the code itself' },
    {
      flags: '--language <language>',
      description: 'else by the end of the file name, else python',
      choices: LANGUAGES,
    },
    { flags: '--session <id>', description: 'run in this session, which goes on afterwards' },
    { flags: '--vm <id>', description: 'run on this machine, which goes on afterwards' },
    { flags: '--timeout <seconds>', description: 'end the program after so long', parse: positiveInteger },
  ],
  help: [
    'Without --session and --vm a machine is started for this run and ended after it.',
    "Prints what the program printed, on the same streams, and ends with the program's exit code.",
  ].join('\n'),
  async run(context) {
    const options = context.options as Options;
    if (options.session !== undefined && options.vm !== undefined) {
      throw usageError('Both --session and --vm were given', 'Code runs in one place', 'Give one of them');
    }
    const client = await context.client();
    const program = await readProgram(context.io, {
      file: context.args[0] as string | undefined,
      cmd: options.cmd,
      language: options.language,
      stdinTaken: context.flags.apiKeyStdin === true,
    });
    const run = (sessionId: string) =>
      context.io.stderr.isTTY ? context.progress('Running', () => execute(sessionId)) : execute(sessionId);
    const execute = (sessionId: string) =>
      client.execute(program.code, {
        sessionId,
        language: program.language,
        timeoutSeconds: options.timeout,
        signal: context.io.signal,
      });
    const { signal } = context.io;
    const given =
      options.vm === undefined ? options.session : (await client.vms.get(options.vm, { signal })).session_id;
    const result = given === undefined ? await inOwnSession(context, client, options, run) : await run(given);
    return finish(context, result, program.language);
  },
} satisfies Command;

/** A session for this run alone; it is ended also when the run fails or is interrupted. */
async function inOwnSession(
  context: Context,
  client: InstaVM,
  { timeout = 0 }: Options,
  run: (sessionId: string) => Promise<Execution>,
): Promise<Execution> {
  const lifetimeSeconds = Math.min(
    LONGEST_LIFETIME_SECONDS,
    Math.max(DEFAULT_LIFETIME_SECONDS, timeout + 60),
  );
  const { session_id } = await client.sessions.create({ lifetimeSeconds }, { signal: context.io.signal });
  if (context.io.stderr.isTTY && !context.json)
    context.note(`Session ${session_id} was started for this run alone.`);
  try {
    return await run(session_id);
  } finally {
    await client.sessions.kill(session_id, { timeoutMs: CLEAN_UP_MS }).catch(() => {
      context.note(
        `Session ${session_id} could not be ended; it ends by itself within ${lifetimeSeconds} s.`,
      );
    });
  }
}

function finish(
  { io, json, print, printJson }: Context,
  result: Execution,
  language: Language | undefined,
): number {
  if (json) printJson({ language: language ?? null, ...result });
  else {
    print(result.stdout);
    io.stderr.write(result.stderr);
  }
  // No exit code means that the program did not end by itself.
  return result.exit_code ?? 1;
}
