import type { Command, Context } from '../../command.ts';
import { connect } from '../../context.ts';
import { EXIT, usageError } from '../../errors/cli-error.ts';
import { describe } from '../../errors/describe.ts';
import { printable } from '../../output/text.ts';
import { type Finding, Results } from '../../scan/finding.ts';
import { type LeakReport, reportLeaks } from '../../scan/report.ts';
import { FileScanner } from '../../scan/scan-files.ts';
import { HistoryScanner } from '../../scan/scan-history.ts';
import { scanStream } from '../../scan/scan-stream.ts';
import { count, entryOf, lineOf, summaryOf } from '../../scan/show.ts';

const FOUND = 1;
const NOT_ALL_READ = 2;
const STDIN = '-';

export default {
  args: [['<path...>', 'files and folders; - is standard input']],
  options: [
    { flags: '--git', description: 'also the whole history of the repositories that the folders are in' },
    { flags: '--report', description: 'report the API keys to the server, which revokes its own' },
    {
      flags: '--ignore <key>',
      description: 'leave out the key with this public part, as shown; repeatable',
      repeatable: true,
      parse: publicPart,
    },
  ],
  help: [
    'Finds API keys, sandbox tokens and webhook secrets by their checksum, offline, in text and binary files of',
    'any size. Links and .git are left out; a line shows the place and the public part of what was found.',
    'Exit code 0: nothing found; 1: found; 2: wrong usage, or something could not be read.',
  ].join('\n'),
  async run(context) {
    const { io, args, options, json, print, printJson, note } = context;
    const paths = [...new Set(args[0] as string[])];
    if (options.git && paths.includes(STDIN)) throw noHistory();
    const results = await context.progress('Searching', () => search(context, paths));
    const ignored = (options.ignore ?? []) as string[];
    const findings = results.findings.filter(({ masked }) => !ignored.includes(masked));
    const report = options.report && findings.length > 0 ? await sendReport(context, findings) : null;
    if (json) {
      printJson({
        findings: findings.map(entryOf),
        failures: results.failures.map(({ path, problem }) => ({ path: printable(path), problem })),
        searched: { files: results.files, git_objects: results.objects, bytes: results.bytes },
        reported: report?.reported ?? [],
        report_error: report?.error ? describe(report.error) : null,
      });
    } else for (const finding of findings) print(lineOf(finding));
    for (const { path, problem } of results.failures) note(`${path}: ${problem}`);
    note(summaryOf(findings, results));
    if (findings.length > 0 && !options.report) note(nextStep(findings));
    io.signal.throwIfAborted();
    if (findings.length > 0) return FOUND;
    return results.failures.length > 0 ? NOT_ALL_READ : EXIT.ok;
  },
} satisfies Command;

async function search({ io, options }: Context, paths: string[]): Promise<Results> {
  const results = new Results();
  const files = new FileScanner(results, io.signal);
  const history = new HistoryScanner(results, io.env, io.signal);
  for (const path of paths) {
    if (path === STDIN) await scanStream(io.stdin, results, io.signal);
    else await files.scan(path);
    if (options.git) await history.scan(path);
  }
  return results;
}

async function sendReport({ io, settings, note }: Context, findings: Finding[]): Promise<LeakReport> {
  const { baseUrl } = await settings();
  const report = await reportLeaks(connect('', baseUrl.value), findings, io.signal);
  const { reported, error } = report;
  if (reported.length > 0) {
    note(`Reported ${count(reported.length, 'API key')} to ${baseUrl.value}, which has revoked its own.`);
  }
  if (error) {
    const { message, why } = describe(error);
    note(`Not every key was reported: ${[message, why].filter(Boolean).join(': ')}`);
  }
  const others = findings.filter(({ kind }) => kind !== 'api_key').length;
  if (others > 0) note(`Only API keys are reported; replace the ${count(others, 'other secret')} by hand.`);
  return report;
}

function nextStep(findings: Finding[]): string {
  const key = findings.find(({ kind }) => kind === 'api_key');
  return key
    ? 'Revoke what is real: run it again with --report, or `instavm keys revoke` with the part that is shown.'
    : 'Replace what is real: who has read it can use it.';
}

/** As it is compared: masked. */
function publicPart(text: string): string {
  if (!/^instavm_s[kt]_[0-9A-Za-z]{12}(…|\.\.\.)?$/.test(text)) {
    throw new Error('is no public part of a key: instavm_sk_ and 12 characters');
  }
  return text.replace(/\.\.\.$|…?$/, '…');
}

function noHistory() {
  return usageError(
    'Standard input has no history',
    '--git searches the repositories that folders are in',
    'Give a folder beside --git, or leave --git out',
  );
}
