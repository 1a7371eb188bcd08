import { openCore } from '../core.ts';
import { ensureDataFolder } from '../data-folder.ts';
import { lockFolder } from '../db/folder-lock.ts';
import { type CommandName, NEEDS_SERVER, operatorCommands } from './commands.ts';
import { askServer, ServerUnreachableError } from './control-socket.ts';
import { OperatorError } from './operator-error.ts';
import type { ToolCall } from './tool-command.ts';

/**
 * Asks a running server. Without one the tool is the only process on the folder and does it itself. It also does
 * when the server is there but cannot be asked: the database orders the two, and the server follows its feed.
 */
export async function carryOut(call: ToolCall, name: CommandName, input: unknown): Promise<unknown> {
  const { config, io } = call;
  const { dataDir } = config;
  ensureDataFolder(dataDir, io.uid);
  const lock = lockFolder(dataDir);
  if (lock) {
    try {
      return await doHere(call, name, input, false);
    } finally {
      lock.release();
    }
  }
  try {
    return await askServer(dataDir, name, input);
  } catch (error) {
    if (!(error instanceof ServerUnreachableError)) throw error;
    if (NEEDS_SERVER.has(name)) {
      throw new OperatorError(
        `A server uses ${dataDir} but cannot be asked (${error.message}), and this needs it. Restart it, and try again.`,
      );
    }
    const result = await doHere(call, name, input, true);
    io.warn(
      `The server on ${dataDir} cannot be asked (${error.message}), so this was done in the database itself; a server that works follows within a second.`,
    );
    return result;
  }
}

async function doHere(
  { config, io, pepper }: ToolCall,
  name: CommandName,
  input: unknown,
  isRunning: boolean,
): Promise<unknown> {
  const core = await openCore(config.dataDir, io.world, { pepper, isShared: isRunning });
  try {
    const live = async () => ({
      running: isRunning,
      data_dir: config.dataDir,
      address: null,
      pid: null,
      readiness: null,
      clock_ahead_ms: null,
    });
    const command = operatorCommands({ core, world: io.world, live, endMachines: null })[name] as (
      input: unknown,
    ) => Promise<unknown>;
    return await command(input);
  } finally {
    await core.close();
  }
}
