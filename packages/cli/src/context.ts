import { InstaVM, type InstaVMOptions } from '@instavm/sdk';
import type { Context } from './command.ts';
import type { Io } from './io.ts';
import { progress } from './output/progress.ts';
import { printable } from './output/text.ts';
import { waiting, waitingLine } from './output/waiting.ts';
import { usableKey } from './settings/credentials.ts';
import { expiryLine } from './settings/expiry-line.ts';
import type { GlobalFlags } from './settings/flags.ts';
import { resolveSettings, type Settings } from './settings/settings.ts';
import { VERSION } from './version.ts';

export interface Invocation {
  args: Context['args'];
  options: Context['options'];
  flags: GlobalFlags;
}

/** Nobody waits long for a remark. */
const WHOAMI_TIMEOUT_MS = 3000;

/** Settings and client are made when a command first asks: `--help` and wrong usage touch no file. */
export function createContext(
  io: Io,
  { args, options, flags }: Invocation,
): Context & { finish(): Promise<void> } {
  const json = flags.json === true;
  let settings: Promise<Settings> | null = null;
  let expiring: { seconds: number; client: InstaVM } | null = null;
  let showsNotices = false;
  const note = (line: string) => io.stderr.write(`${printable(line)}\n`);
  const context: Context & { finish(): Promise<void> } = {
    io,
    args,
    options,
    flags,
    json,
    note,
    print: (text) => io.stdout.write(text),
    printJson: (value) => io.stdout.write(`${JSON.stringify(value)}\n`),
    settings() {
      settings ??= resolveSettings(io, flags).then((resolved) => {
        for (const line of resolved.notes) note(line);
        return resolved;
      });
      return settings;
    },
    async client() {
      const { credentials, configPath, baseUrl } = await context.settings();
      const client = connect(usableKey(credentials, configPath), baseUrl.value, {
        onKeyExpiring: (seconds) => {
          expiring = { seconds, client };
        },
        ...waiting(flags),
        waitSignal: io.signal,
        onRetry: (retry) => {
          const line = waitingLine(retry);
          if (line) note(line);
        },
      });
      return client;
    },
    showsNotices() {
      showsNotices = true;
    },
    // After the command, so that the line stands below its output; at most once a run.
    async finish() {
      if (!expiring || showsNotices || io.signal.aborted) return;
      const { seconds, client } = expiring;
      const whoami = await client
        .whoami({ signal: io.signal, timeoutMs: WHOAMI_TIMEOUT_MS })
        .catch(() => null);
      note(expiryLine(seconds, whoami));
    },
    progress: (text, work) => progress(io, json, text, work),
  };
  return context;
}

/** Calls take the run's signal one by one, so that what tidies up can go on after Ctrl-C. */
export function connect(apiKey: string, baseUrl: string, options: InstaVMOptions = {}): InstaVM {
  return new InstaVM(apiKey, { ...options, baseUrl, userAgent: `instavm-cli/${VERSION}` });
}
