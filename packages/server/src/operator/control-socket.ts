import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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
  if (name === 'greeting') return { ok: true, result: null };
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

/** The server cannot be asked at all; nothing was asked of it. */
export class ServerUnreachableError extends Error {
  override name = 'ServerUnreachableError';
}

/** A server that starts has its socket within that time. */
const SOCKET_AWAITED_MS = 1500;
/** A server that works answers a greeting at once, however long its commands take. */
const GREETING_MS = 3000;
const ANSWER_MS = 120_000;

/**
 * Asks the running server; ends when it has applied the change. It is greeted first, because only then is it sure
 * that a command which gets no answer was not carried out. Throws OperatorError or ServerUnreachableError.
 */
export async function askServer(dataDir: string, name: CommandName, input: unknown): Promise<unknown> {
  const socketPath = await findSocket(dataDir);
  try {
    await post(socketPath, 'greeting', {}, GREETING_MS);
  } catch (error) {
    throw new ServerUnreachableError(reasonOf(error));
  }
  let text: string;
  try {
    text = await post(socketPath, name, input, ANSWER_MS);
  } catch (error) {
    throw new OperatorError(
      `The server on ${dataDir} broke off (${reasonOf(error)}). Look whether it was done before you try again.`,
    );
  }
  const answer = JSON.parse(text) as Answer;
  if (!answer.ok) throw new OperatorError(answer.error);
  return answer.result;
}

async function findSocket(dataDir: string): Promise<string> {
  for (const deadline = performance.now() + SOCKET_AWAITED_MS; ; await delay(100)) {
    try {
      const { socket } = JSON.parse(readFileSync(join(dataDir, 'control.json'), 'utf8')) as {
        socket: string;
      };
      if (existsSync(socket)) return socket;
    } catch {
      // told below
    }
    if (performance.now() > deadline) throw new ServerUnreachableError('its control socket is not there');
  }
}

function post(socketPath: string, name: string, input: unknown, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = httpRequest({ socketPath, path: `/${name}`, method: 'POST', signal }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body)).on('error', reject);
    });
    request.on('error', reject);
    request.end(JSON.stringify(input));
  });
}

function reasonOf(error: unknown): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  return name === 'AbortError' || name === 'TimeoutError' ? 'it does not answer' : (code ?? message);
}
