import { parseArgs } from 'node:util';
import { nearest } from '@instavm/contract/nearest';
import { readPepperVariable } from '../auth/pepper-set.ts';
import { parseConfig } from '../config.ts';
import { OperatorError } from './operator-error.ts';
import type { ToolCommand, ToolIo } from './tool-command.ts';
import { accounts } from './tool-commands/accounts.ts';
import { audit } from './tool-commands/audit.ts';
import { backup } from './tool-commands/backup.ts';
import { doctor } from './tool-commands/doctor.ts';
import { keys } from './tool-commands/keys.ts';
import { limits } from './tool-commands/limits.ts';
import { pepper as pepperCommands } from './tool-commands/pepper.ts';
import { status } from './tool-commands/status.ts';
import { users } from './tool-commands/users.ts';

const COMMANDS: Record<string, ToolCommand> = {
  ...users,
  ...keys,
  ...accounts,
  ...limits,
  ...status,
  ...audit,
  ...doctor,
  ...backup,
  ...pepperCommands,
};

const DATA_DIR = { 'data-dir': { type: 'string' } } as const;

/** Whether the arguments name a command of the tool rather than options of the server. */
export function isToolCall(args: string[]): boolean {
  return args[0] !== undefined && !args[0].startsWith('-');
}

/** Carries out one command. Throws OperatorError or StartError. @returns the exit code. */
export async function runTool(args: string[], io: ToolIo): Promise<number> {
  const [noun = '', verb = ''] = args;
  const name = Object.hasOwn(COMMANDS, noun) || verb.startsWith('-') ? noun : `${noun} ${verb}`.trim();
  if (!Object.hasOwn(COMMANDS, name)) throw unknownCommand(name, noun);
  const command = COMMANDS[name]!;
  const { values, positionals } = parse(command, args.slice(name.split(' ').length));
  const config = parseConfig([], {
    ...io.env,
    ...(values['data-dir'] === undefined ? {} : { INSTAVM_DATA_DIR: values['data-dir'] as string }),
  });
  if (!config.ok) throw new OperatorError(config.problems.join(' '));
  const pepper = readPepperVariable(io.env);
  if (!pepper.ok) throw new OperatorError(pepper.problems.join(' '));
  const call = { values, positionals, io, config: config.value, pepper: pepper.value };
  return (await command.run(call)) ?? 0;
}

function unknownCommand(name: string, noun: string): OperatorError {
  const sameNoun = Object.keys(COMMANDS).filter((known) => known.split(' ')[0] === noun);
  const meant = nearest(name, Object.keys(COMMANDS));
  const known = sameNoun.length > 0 ? sameNoun : Object.keys(COMMANDS);
  return new OperatorError(
    `There is no command ${name}.${meant ? ` Did you mean ${meant}?` : ''} Known: ${known.map((one) => COMMANDS[one]!.usage).join(' · ')}`,
  );
}

function parse(command: ToolCommand, args: string[]) {
  try {
    const parsed = parseArgs({
      args,
      options: { ...command.options, ...DATA_DIR },
      allowPositionals: true,
      strict: true,
    });
    const extra = parsed.positionals[command.positionalsMax ?? 0];
    if (extra !== undefined) throw new Error('Too many arguments.');
    if (parsed.values['data-dir']?.trim() === '') throw new Error('--data-dir is blank.');
    return parsed;
  } catch (error) {
    throw new OperatorError(`${(error as Error).message} Usage: ${command.usage}`);
  }
}
