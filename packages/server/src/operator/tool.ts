import type { Readable } from 'node:stream';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { parseConfig } from '../config.ts';
import { openCore, type World } from '../core.ts';
import { ensureDataFolder } from '../data-folder.ts';
import { lockFolder } from '../db/folder-lock.ts';
import { type CommandName, operatorCommands, type Status } from './commands.ts';
import { askServer } from './control-socket.ts';
import { OperatorError } from './operator-error.ts';
import { keysTable, statusText } from './text.ts';

export interface ToolIo {
  env: Record<string, string | undefined>;
  uid: number;
  stdin: Readable;
  print(line: string): void;
  world: World;
}

interface Command {
  name: CommandName;
  options: ParseArgsOptionsConfig;
  usage: string;
  input(values: Record<string, unknown>, positionals: string[], io: ToolIo): Promise<unknown> | unknown;
  print(result: never, values: Record<string, unknown>): string;
}

const DATA_DIR = { 'data-dir': { type: 'string' } } as const;
const JSON_FLAG = { json: { type: 'boolean' } } as const;

const COMMANDS: Record<string, Command> = {
  'users create': {
    name: 'usersCreate',
    usage: 'users create --email E --password-stdin [--name N]',
    options: { email: { type: 'string' }, name: { type: 'string' }, 'password-stdin': { type: 'boolean' } },
    async input(values, _rest, io) {
      if (!values['password-stdin'])
        throw new OperatorError('Give the password on standard input, with --password-stdin.');
      const password = (await readAll(io.stdin)).replace(/\r?\n$/, '');
      return { email: need(values, 'email'), password, ...(values.name ? { name: values.name } : {}) };
    },
    print: (result: { id: number }) => `Made person ${result.id}, owner of an account of their own.`,
  },
  'keys create': {
    name: 'keysCreate',
    usage: 'keys create --email E --label L [--environment NAME] [--scope S]... [--expires-in 90d]',
    options: {
      email: { type: 'string' },
      label: { type: 'string' },
      environment: { type: 'string' },
      scope: { type: 'string', multiple: true },
      'expires-in': { type: 'string' },
    },
    input: (values) => ({
      email: need(values, 'email'),
      label: need(values, 'label'),
      environment: values.environment,
      scopes: values.scope,
      expiresIn: values['expires-in'],
    }),
    print: (result: { key: string }) => result.key,
  },
  'keys list': {
    name: 'keysList',
    usage: 'keys list [--json]',
    options: JSON_FLAG,
    input: () => ({}),
    print: (result: never, values) => (values.json ? JSON.stringify(result, null, 2) : keysTable(result)),
  },
  'keys revoke': {
    name: 'keysRevoke',
    usage: 'keys revoke ID',
    options: {},
    input: (_values, [id]) => {
      if (!id) throw new OperatorError('Say which key: its number or its 12 public characters.');
      return { id };
    },
    print: (result: { id: number; effective_at: string }) =>
      `Revoked API key ${result.id}, effective ${result.effective_at}.`,
  },
  status: {
    name: 'status',
    usage: 'status [--json]',
    options: JSON_FLAG,
    input: () => ({}),
    print: (result: Status, values) => (values.json ? JSON.stringify(result, null, 2) : statusText(result)),
  },
};

const NOT_BUILT_YET = ['doctor', 'backup', 'restore'];

/** Whether the arguments name a command of the tool rather than options of the server. */
export function isToolCall(args: string[]): boolean {
  return args[0] !== undefined && !args[0].startsWith('-');
}

/** Carries out one command. Throws OperatorError or StartError. */
export async function runTool(args: string[], io: ToolIo): Promise<void> {
  const name = COMMANDS[args[0]!] ? args[0]! : args.slice(0, 2).join(' ');
  const command = COMMANDS[name];
  if (!command) {
    if (NOT_BUILT_YET.includes(args[0]!))
      throw new OperatorError(`${args[0]} is not built yet in this version.`);
    throw new OperatorError(
      `There is no command ${name}. Known: ${Object.values(COMMANDS)
        .map(({ usage }) => usage)
        .join(' · ')}`,
    );
  }
  const { values, positionals } = parse(command, args.slice(name.split(' ').length));
  const config = parseConfig([], {
    ...io.env,
    INSTAVM_DATA_DIR: (values['data-dir'] as string) ?? io.env.INSTAVM_DATA_DIR,
  });
  if (!config.ok) throw new OperatorError(config.problems.join(' '));
  const input = await command.input(values, positionals, io);
  io.print(command.print((await carryOut(config.value.dataDir, command.name, input, io)) as never, values));
}

/** A running server is asked; without one the tool is the only process on the folder and does it itself. */
async function carryOut(dataDir: string, name: CommandName, input: unknown, io: ToolIo): Promise<unknown> {
  ensureDataFolder(dataDir, io.uid);
  const lock = lockFolder(dataDir);
  if (!lock) return askServer(dataDir, name, input);
  try {
    const core = await openCore(dataDir, io.world);
    try {
      const live = async () => ({
        running: false,
        data_dir: dataDir,
        address: null,
        pid: null,
        readiness: null,
      });
      const command = operatorCommands({ core, world: io.world, live })[name] as (
        input: unknown,
      ) => Promise<unknown>;
      return await command(input);
    } finally {
      await core.close();
    }
  } finally {
    lock.release();
  }
}

function parse(command: Command, args: string[]) {
  try {
    return parseArgs({
      args,
      options: { ...command.options, ...DATA_DIR },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new OperatorError(`${(error as Error).message} Usage: ${command.usage}`);
  }
}

function need(values: Record<string, unknown>, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value.trim() === '') throw new OperatorError(`--${name} is missing.`);
  return value;
}

async function readAll(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
