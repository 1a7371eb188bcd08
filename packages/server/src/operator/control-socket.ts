import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import type { CommandName, OperatorCommands } from './commands.ts';
import { OperatorError } from './operator-error.ts';

/** Longest path of a Unix socket that every system takes. */
const SOCKET_PATH_MAX = 100;
const BODY_BYTES_MAX = 1_000_000;

type Answer = { ok: true; result: unknown } | { ok: false; error: string };

/**
 * Serves the operator's commands on a socket that only this user can open. Its place is written to the data
 * folder, because the folder's own path can be too long for a socket.
 */
export async function serveControl(
  dataDir: string,
  commands: OperatorCommands,
  log: Pick<Logger, 'error'>,
): Promise<{ close(): Promise<void> }> {
  const wanted = join(dataDir, 'control.sock');
  const socket =
    wanted.length < SOCKET_PATH_MAX ? wanted : join(mkdtempSync(join(tmpdir(), 'instavm-')), 'control.sock');
  rmSync(socket, { force: true });
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    if (text === null) return request.destroy();
    const answer = await carryOut(commands, request.url!.slice(1), text, log);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  chmodSync(socket, 0o600);
  writeFileSync(join(dataDir, 'control.json'), JSON.stringify({ socket }), { mode: 0o600 });
  return {
    async close() {
      server.closeIdleConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(join(dataDir, 'control.json'), { force: true });
      rmSync(socket, { force: true });
      if (dirname(socket) !== dataDir) rmSync(dirname(socket), { recursive: true, force: true });
    },
  };
}

/** Null when the caller broke off or sent too much. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  let text = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) {
      text += chunk;
      if (text.length > BODY_BYTES_MAX) return null;
    }
    return text;
  } catch {
    return null;
  }
}

async function carryOut(
  commands: OperatorCommands,
  name: string,
  body: string,
  log: Pick<Logger, 'error'>,
): Promise<Answer> {
  if (!Object.hasOwn(commands, name))
    return { ok: false, error: `The running server does not know ${name}.` };
  try {
    const command = commands[name as CommandName] as (input: unknown) => Promise<unknown>;
    return { ok: true, result: await command(JSON.parse(body || '{}')) };
  } catch (error) {
    if (error instanceof OperatorError) return { ok: false, error: error.message };
    log.error({ err: error, command: name }, 'a command of the operator failed');
    return { ok: false, error: `The server could not do it: ${(error as Error).message}. Its log has more.` };
  }
}

/** Asks the running server; ends when it has applied the change. Throws OperatorError. */
export async function askServer(dataDir: string, name: CommandName, input: unknown): Promise<unknown> {
  let socketPath: string;
  try {
    socketPath = (JSON.parse(readFileSync(join(dataDir, 'control.json'), 'utf8')) as { socket: string })
      .socket;
  } catch {
    throw new OperatorError(`A server uses ${dataDir} but cannot be asked yet. Try again in a second.`);
  }
  const text = await new Promise<string>((resolve, reject) => {
    const request = httpRequest({ socketPath, path: `/${name}`, method: 'POST' }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body)).on('error', reject);
    });
    request.on('error', (error) =>
      reject(
        new OperatorError(
          `The server on ${dataDir} does not answer (${error.message}). Try again, or restart it.`,
        ),
      ),
    );
    request.end(JSON.stringify(input));
  });
  const answer = JSON.parse(text) as Answer;
  if (!answer.ok) throw new OperatorError(answer.error);
  return answer.result;
}
