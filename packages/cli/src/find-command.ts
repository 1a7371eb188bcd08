import { type CommandEntry, commands, groups } from './commands/index.ts';

export type Found =
  | { kind: 'command'; entry: CommandEntry }
  /** A group's word alone, or nothing at all: its help is due. */
  | { kind: 'group' }
  | { kind: 'unknown' };

const FLAGS_WITH_VALUE = ['--api-key', '--base-url', '--profile'];

/** Which command the arguments name, found before any is loaded. Flags of every command may stand in front. */
export function findCommand(argv: readonly string[]): Found {
  let group: string | null = null;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === '--') break;
    if (word.startsWith('-')) {
      if (FLAGS_WITH_VALUE.includes(word)) at++;
      continue;
    }
    const entry = commands.find((candidate) => matches(candidate, group, word));
    if (entry) return { kind: 'command', entry };
    const next = groups.find(({ name, aliases = [] }) => name === word || aliases.includes(word));
    if (group !== null || !next) return { kind: 'unknown' };
    group = next.name;
  }
  return { kind: 'group' };
}

function matches({ path, aliases = [] }: CommandEntry, group: string | null, word: string): boolean {
  const [name, ...before] = [...path].reverse();
  return (before[0] ?? null) === group && (name === word || aliases.includes(word));
}

/** `help keys create` is `keys create --help`; a group's word alone asks for its help as well. */
export function withHelpSpelledOut(argv: readonly string[]): readonly string[] {
  const spelled = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  const asksAlready = spelled.some((word) => ['-h', '--help', '-v', '--version'].includes(word));
  return findCommand(spelled).kind === 'group' && !asksAlready ? [...spelled, '--help'] : spelled;
}
