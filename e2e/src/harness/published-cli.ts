import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { call } from './http.ts';
import { makeKey, makePerson } from './people.ts';
import type { Outcome, run } from './program.ts';
import { publishedClient } from './python.ts';
import { startServer } from './server.ts';

/** A person's published CLI on a server of its own, which may post to this machine. */
export async function startCli(t: TestContext) {
  const server = await startServer({ driver: 'fake', env: { INSTAVM_WEBHOOK_ALLOW: '127.0.0.0/8' } });
  t.after(() => server.remove());
  const home = await mkdtemp(join(tmpdir(), 'ivm-home-'));
  t.after(() => rm(home, { recursive: true }));
  const key = await makeKey(server, await makePerson(server));
  const env = { HOME: home, INSTAVM_BASE_URL: server.url, INSTAVM_API_KEY: key };
  const client = await publishedClient();
  const cli = (line: string, ...more: string[]) => client.cli([...line.split(' '), ...more], { env });
  /** What a command prints that must succeed. */
  async function printed(line: string, ...more: string[]): Promise<string> {
    const { code, stdout, stderr } = await cli(line, ...more);
    assert.deepEqual([code, stderr], [0, ''], line);
    return stdout;
  }
  const json = async (line: string, ...more: string[]) => JSON.parse(await printed(line, ...more, '--json'));
  const ask = async (path: string) => (await call(server, 'GET', `/v1${path}`, { key })).json;
  return { server, home, key, env, cli, printed, json, ask };
}

/** Runs a program that does not end by itself: `act` is done once it is ready, and Ctrl-C follows what it prints. */
export function interruptedAfter(printed: RegExp, act: (stdout: string) => Promise<boolean>): typeof run {
  return (command, args, { env } = {}) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    const outcome: Outcome = { code: 0, stdout: '', stderr: '' };
    let isDone = false;
    child.stderr.setEncoding('utf8').on('data', (text) => {
      outcome.stderr += text;
    });
    child.stdout.setEncoding('utf8').on('data', async (text) => {
      outcome.stdout += text;
      if (printed.test(outcome.stdout)) child.kill('SIGINT');
      else if (!isDone) isDone = await act(outcome.stdout);
    });
    return once(child, 'close').then(([code]) => ({ ...outcome, code: code ?? 143 }));
  };
}
