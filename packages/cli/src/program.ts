import { Command as Commander, InvalidArgumentError, Option } from 'commander';
import type { Command, OptionSpec } from './command.ts';
import { type CommandEntry, commands, type GroupEntry, groups } from './commands/index.ts';
import type { Invocation } from './context.ts';
import type { Io } from './io.ts';
import type { GlobalFlags } from './settings/flags.ts';
import { VERSION } from './version.ts';

const NO_WAIT = '--no-wait';

const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--api-key <key>',
    description: 'use this API key; others on this machine can see it, so rather pipe it',
  },
  { flags: '--api-key-stdin', description: 'read the API key from standard input' },
  { flags: '--base-url <url>', description: 'address of the server (default http://127.0.0.1:8080)' },
  { flags: '--profile <name>', description: 'use this stored profile' },
  { flags: '-j, --json', description: 'print JSON' },
  {
    flags: '--max-wait <seconds>',
    description: 'wait so long at most when there are too many requests (default 60)',
    parse: seconds,
  },
  { flags: NO_WAIT, description: 'do not wait then: end with exit code 6' },
];

/**
 * The tree of commands for the parser. Only `loaded` has its own flags and a handler: the others stand there for
 * help and suggestions. `onRun` is told what was asked for.
 */
export function buildProgram(
  io: Io,
  loaded: { entry: CommandEntry; command: Command } | null,
  onRun: (invocation: Invocation) => void,
): Commander {
  const program = configured(new Commander('instavm'), io)
    .description('Give an API key, get a real Linux machine on your own box.')
    .version(`instavm ${VERSION}`, '-v, --version', 'print the version')
    .enablePositionalOptions()
    .helpCommand('help [command...]', 'show the help of a command')
    .addHelpText('after', '\nStart here: instavm auth set-key, then instavm exec --cmd "print(40 + 2)"');
  const parents = new Map([['', program]]);
  const add = ({ path, aliases, summary }: GroupEntry, ownFlags: readonly OptionSpec[] = []) =>
    addTo(parents.get(path.slice(0, -1).join(' '))!, path.at(-1)!, aliases, summary, io, ownFlags);
  for (const group of groups) parents.set(group.path.join(' '), add(group).usage('<command> [flags]'));
  for (const entry of commands) {
    const isLoaded = loaded?.entry === entry;
    const leaf = add(entry, isLoaded ? loaded.command.options : []);
    if (!isLoaded) continue;
    for (const [argument, description] of loaded.command.args ?? []) leaf.argument(argument, description);
    for (const option of loaded.command.options ?? []) leaf.addOption(toOption(option));
    if (loaded.command.help) leaf.addHelpText('after', `\n${loaded.command.help}`);
    leaf.action((...given) =>
      onRun(invocationOf(leaf, given.slice(0, -2) as Invocation['args'], loaded.command.options ?? [])),
    );
  }
  return program;
}

function addTo(
  parent: Commander,
  name: string,
  aliases: readonly string[] = [],
  summary: string,
  io: Io,
  ownFlags: readonly OptionSpec[],
): Commander {
  const command = configured(parent.command(name), io, ownFlags).description(summary);
  command.enablePositionalOptions();
  return command.aliases([...aliases]);
}

/** A command's own flag stands in the place of one of all commands that has its name. */
function configured(command: Commander, io: Io, ownFlags: readonly OptionSpec[] = []): Commander {
  for (const option of GLOBAL_OPTIONS) {
    if (!ownFlags.some(({ flags }) => flags === option.flags)) command.addOption(toOption(option));
  }
  return command
    .exitOverride()
    .helpOption('-h, --help', 'show this help')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // Wrong usage is printed with all other errors, in one place.
      writeErr: () => undefined,
      outputError: () => undefined,
    });
}

function toOption({ flags, description, choices, repeatable, parse }: OptionSpec): Option {
  const option = new Option(flags, description);
  if (choices) option.choices([...choices]);
  if (parse || repeatable) {
    option.argParser((text: string, before: unknown) => {
      const value = parse ? parsed(parse, text) : text;
      return repeatable ? [...((before as unknown[] | undefined) ?? []), value] : value;
    });
  }
  return option;
}

function parsed(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function seconds(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new Error('is no whole number of seconds');
}

/** Flags given nearer to the command win over those in front of it. */
function invocationOf(
  leaf: Commander,
  args: Invocation['args'],
  ownFlags: readonly OptionSpec[],
): Invocation {
  const levels: GlobalFlags[] = [];
  for (let command: Commander | null = leaf; command; command = command.parent)
    levels.unshift(command.opts());
  const options = leaf.opts<Record<string, unknown>>();
  // Of a flag that says no the parser sets the opposite on every level, and a command's own one means another thing.
  const hasOwn = ownFlags.some(({ flags }) => flags === NO_WAIT);
  const wait = !(hasOwn ? levels.slice(0, -1) : levels).some((level) => level.wait === false);
  return { args, options, flags: { ...Object.assign({}, ...levels), wait } as GlobalFlags };
}
