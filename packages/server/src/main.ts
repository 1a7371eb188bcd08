import { randomBytes, randomUUID } from 'node:crypto';
import { PEPPER_VARIABLE, readPepperVariable } from './auth/pepper-set.ts';
import { steadyClock } from './clock.ts';
import { parseConfig } from './config.ts';
import type { World } from './core.ts';
import { StartError } from './data-folder.ts';
import { describeCrash, openLog } from './log.ts';
import { OperatorError } from './operator/operator-error.ts';
import { isToolCall, runTool } from './operator/tool.ts';
import { printNext, printWelcome, progressPrinter } from './rail.ts';

// The only file that touches the environment, signals, standard streams and exit.
process.umask(0o077);
process.on('uncaughtException', (error) => {
  process.stderr.write(describeCrash(error));
  process.exit(1);
});
const args = process.argv.slice(2);
const uid = process.getuid?.() ?? 0;
const world: World = {
  now: steadyClock(Date.now, () => performance.now()),
  monotonicMs: () => performance.now(),
  randomBytes: (size) => randomBytes(size),
  randomUuid: randomUUID,
};

try {
  if (isToolCall(args)) {
    process.exitCode = await runTool(args, {
      ...{ env: process.env, uid, stdin: process.stdin, world },
      print: (line) => void process.stdout.write(`${line}\n`),
      warn: (line) => void process.stderr.write(`${line}\n`),
      isTty: process.stdout.isTTY === true,
    });
  } else {
    await runServer();
  }
} catch (error) {
  if (!(error instanceof StartError || error instanceof OperatorError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function runServer(): Promise<void> {
  const config = parseConfig(args, process.env);
  const pepper = readPepperVariable(process.env);
  const problems = [...(config.ok ? [] : config.problems), ...(pepper.ok ? [] : pepper.problems)];
  if (!config.ok || !pepper.ok) throw new StartError(problems.join('\n'));
  // What the server starts, QEMU above all, has no business with it.
  delete process.env[PEPPER_VARIABLE];
  const log = openLog(process.stderr);
  // Not loaded at the top: the tool answers much sooner without the server's libraries.
  const { serve } = await import('./serve.ts');
  const server = await serve(config.value, world, log, uid, process.pid, pepper.value);
  printWelcome(process.stdout, server.url, server.firstRunToken);
  server.deps.engine.onProgress = progressPrinter(process.stdout);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await server.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);

  await server.engineDone;
  if (!stopping) printNext(process.stdout, await server.deps.host.hello(), server.url);
}
