import { type CommandEntry, commands, groups } from './commands/index.ts';

export type Found =
  | { kind: 'command'; entry: CommandEntry }
  /** A group's word alone, or nothing at all: its help is due. */
  | { kind: 'group' }
  | { kind: 'unknown' };

const FLAGS_WITH_VALUE = ['--api-key', '--base-url', '--profile', '--max-wait'];

/** Which command the arguments name, found before any is loaded. Flags of every command may stand in front. */
export function findCommand(argv: readonly string[]): Found {
  let group: readonly string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === '--') break;
    if (word.startsWith('-')) {
      if (FLAGS_WITH_VALUE.includes(word)) at++;
      continue;
    }
    const entry = commands.find((candidate) => matches(candidate, group, word));
    if (entry) return { kind: 'command', entry };
    const next = groups.find((candidate) => matches(candidate, group, word));
    if (!next) return { kind: 'unknown' };
    group = next.path;
  }
  return { kind: 'group' };
}

/** Whether the word, given below the words of `group`, names this command or group. */
function matches(
  { path, aliases = [] }: Pick<CommandEntry, 'path' | 'aliases'>,
  group: readonly string[],
  word: string,
): boolean {
  const isBelow = path.length === group.length + 1 && group.every((name, at) => path[at] === name);
  return isBelow && (path.at(-1) === word || aliases.includes(word));
}

/** `help keys create` is `keys create --help`; a group's word alone asks for its help as well. */
export function withHelpSpelledOut(argv: readonly string[]): readonly string[] {
  const spelled = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  const asksAlready = spelled.some((word) => ['-h', '--help', '-v', '--version'].includes(word));
  return findCommand(spelled).kind === 'group' && !asksAlready ? [...spelled, '--help'] : spelled;
}
