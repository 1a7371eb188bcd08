import { InstaVM } from '@instavm/sdk';
import type { Context } from './command.ts';
import type { Io } from './io.ts';
import { progress } from './output/progress.ts';
import { printable } from './output/text.ts';
import { usableKey } from './settings/credentials.ts';
import type { GlobalFlags } from './settings/flags.ts';
import { resolveSettings, type Settings } from './settings/settings.ts';
import { VERSION } from './version.ts';

export interface Invocation {
  args: Context['args'];
  options: Context['options'];
  flags: GlobalFlags;
}

/** Settings and client are made when a command first asks: `--help` and wrong usage touch no file. */
export function createContext(io: Io, { args, options, flags }: Invocation): Context {
  const json = flags.json === true;
  let settings: Promise<Settings> | null = null;
  const note = (line: string) => io.stderr.write(`${printable(line)}\n`);
  const context: Context = {
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
      return connect(usableKey(credentials, configPath), baseUrl.value);
    },
    progress: (text, work) => progress(io, json, text, work),
  };
  return context;
}

/** Calls take the run's signal one by one, so that what tidies up can go on after Ctrl-C. */
export function connect(apiKey: string, baseUrl: string): InstaVM {
  return new InstaVM(apiKey, { baseUrl, userAgent: `instavm-cli/${VERSION}` });
}
