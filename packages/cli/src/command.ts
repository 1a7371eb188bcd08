import type { InstaVM } from '@instavm/sdk';
import type { Io } from './io.ts';
import type { GlobalFlags } from './settings/flags.ts';
import type { Settings } from './settings/settings.ts';

export interface OptionSpec {
  /** As commander writes it: `-a, --all`, `--timeout <seconds>`. */
  flags: string;
  description: string;
  choices?: readonly string[];
  /** May be given several times; the value is then a list. */
  repeatable?: boolean;
  /** Throws an Error whose message says what is wrong with the text. */
  parse?(text: string): unknown;
}

/** What one command is; its name and place are in commands/index.ts. */
export interface Command {
  /** `[file]`, `<vm_id...>`, with a description each. */
  args?: readonly (readonly [name: string, description: string])[];
  options?: readonly OptionSpec[];
  /** Printed below the flags of `--help`. */
  help?: string;
  /** The exit code when it is not 0. Throws on failure. */
  run(context: Context): Promise<number | undefined>;
}

/** What a command works with. */
export interface Context {
  io: Io;
  args: readonly (string | string[] | undefined)[];
  options: Readonly<Record<string, unknown>>;
  flags: GlobalFlags;
  json: boolean;
  /** Result text. */
  print(text: string): void;
  /** Result as one line of JSON. */
  printJson(value: unknown): void;
  /** One line on stderr. */
  note(line: string): void;
  /** Resolved once; its notes go to stderr. */
  settings(): Promise<Settings>;
  /** A client with the key in force. Throws before any request when there is none or its text is wrong. */
  client(): Promise<InstaVM>;
  /** The command tells by itself what the key should know, so nothing is added about it below its output. */
  showsNotices(): void;
  /** Shows that something is being waited for. */
  progress<T>(text: string, work: () => Promise<T>): Promise<T>;
}

/** A whole number of at least 1. */
export function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error('is no whole number above 0');
}
