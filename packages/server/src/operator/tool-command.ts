import type { Readable } from 'node:stream';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { PepperSet } from '../auth/pepper-set.ts';
import type { Config } from '../config.ts';
import type { World } from '../core.ts';
import { carryOut } from './carry-out.ts';
import type { CommandName, CommandResult } from './commands.ts';
import { OperatorError } from './operator-error.ts';

export interface ToolIo {
  env: Record<string, string | undefined>;
  uid: number;
  stdin: Readable;
  /** A line of the result. */
  print(line: string): void;
  /** A line beside the result. */
  warn(line: string): void;
  /** Whether a person reads the result at a terminal. */
  isTty: boolean;
  world: World;
}

/** One call of the tool, its arguments parsed. */
export interface ToolCall {
  values: Record<string, unknown>;
  positionals: string[];
  io: ToolIo;
  config: Config;
  /** The pepper of the environment; null: it is in the data folder. */
  pepper: PepperSet | null;
}

export interface ToolCommand {
  usage: string;
  options: ParseArgsOptionsConfig;
  /** How many arguments without a name it takes at most. */
  positionalsMax?: number;
  /** Throws OperatorError or StartError. @returns the exit code; 0 when nothing is returned. */
  run(call: ToolCall): Promise<number | undefined>;
}

export const JSON_FLAG = { json: { type: 'boolean' } } as const;

/** A command that the running server carries out, or without one the tool by itself. */
export function serverCommand<Name extends CommandName>(command: {
  name: Name;
  usage: string;
  options?: ParseArgsOptionsConfig;
  positionalsMax?: number;
  input(call: ToolCall): Promise<unknown> | unknown;
  /** For people; with --json, where the command has it, the result is printed as it is. */
  text(result: CommandResult<Name>, call: ToolCall): string;
}): ToolCommand {
  return {
    usage: command.usage,
    options: command.options ?? {},
    positionalsMax: command.positionalsMax ?? 0,
    async run(call) {
      const result = await ask(call, command.name, await command.input(call));
      call.io.print(call.values.json ? JSON.stringify(result, null, 2) : command.text(result, call));
      return undefined;
    },
  };
}

export async function ask<Name extends CommandName>(
  call: ToolCall,
  name: Name,
  input: unknown,
): Promise<CommandResult<Name>> {
  return (await carryOut(call, name, input)) as CommandResult<Name>;
}

export function need(values: Record<string, unknown>, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value.trim() === '') throw new OperatorError(`--${name} is missing.`);
  return value;
}

/** Throws when it is longer than anything that belongs there. */
export async function readAll(stream: Readable, charactersMax: number): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
    if (text.length > charactersMax) {
      throw new OperatorError(`Standard input is longer than ${charactersMax} characters.`);
    }
  }
  return text;
}
