import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { type RunRequest, run } from './run.ts';
import { RealAgent } from './testing/real-agent.ts';

let agent: RealAgent;
before(async () => {
  agent = await RealAgent.start();
});
after(() => agent.stop());

test('stdout, stderr and the exit code come apart', async () => {
  const { out, err, exitCode } = await agent.bash('echo out; echo err >&2; exit 7');
  assert.deepEqual([out, err, exitCode], ['out\n', 'err\n', 7]);
});

test('a program that is killed by a signal answers 128 and its number', async () => {
  assert.equal((await agent.bash('kill -TERM $$')).exitCode, 143);
});

test('each call has a process of its own, in the work folder, with an environment and an empty stdin', async () => {
  await agent.bash('cd /; x=1; exit 0');
  const { out } = await agent.bash('echo "$x|$PWD|$HOME|$LANG"; cat');
  assert.equal(out, `|${agent.workFolder}|/root|C.UTF-8\n`);
});

test('two programs run at the same time, also beside a Python call', async () => {
  const wait = (own: string, other: string) => `touch ${own}; until [ -e ${other} ]; do sleep 0.01; done`;
  const python = agent.python('import os, time\nwhile not os.path.exists("b"): time.sleep(0.01)');
  await Promise.all([agent.bash(wait('a', 'b')), agent.bash(wait('b', 'a')), python]);
});

test('a program of any size runs, and may begin with a dash', async () => {
  for (const size of [90_000, 131_000, 500_000]) {
    const { out, err } = await agent.bash(`#${'x'.repeat(size)}\necho whole; exit 0`);
    assert.deepEqual([out, err], ['whole\n', ''], String(size));
  }
  assert.equal((await agent.bash('-c() { echo dash; }; -c')).out, 'dash\n');
});

test('a program with a zero byte is refused in words', async () => {
  await assert.rejects(agent.bash('echo \0'), { code: 'invalid_request', message: /zero byte/ });
});

test('a background process does not hold up the answer and lives on, whatever it writes', async () => {
  const { out, wallSeconds } = await agent.bash(
    '(sleep 0.1; echo late; echo late >&2; touch survived) & echo now',
  );
  assert.equal(out, 'now\n');
  assert.ok(wallSeconds < 1);
  await agent.bash('until [ -e survived ]; do sleep 0.01; done', 5);
  await access(`${agent.workFolder}/survived`);
});

test('a work folder that was removed comes back', async () => {
  assert.equal((await agent.bash('rmdir "$PWD" 2>/dev/null || rm -rf "$PWD"; echo gone')).out, 'gone\n');
  assert.equal((await agent.bash('pwd')).out, `${agent.workFolder}\n`);
});

test('the time of the processor is that of the program and its children', async () => {
  const { cpuSeconds } = await agent.bash("bash -c 'for ((i = 0; i < 60000; i++)); do :; done'");
  assert.ok(cpuSeconds > 0.02 && cpuSeconds < 5, String(cpuSeconds));
});

test('security: requests that make no sense are refused in words', async () => {
  const good = { language: 'bash', code: '', timeoutSeconds: 1 } as const;
  const wrong = [{ language: 'ruby' }, { code: 5 }, { timeoutSeconds: -1 }, { timeoutSeconds: true }];
  for (const part of wrong) {
    const request = { ...good, ...part } as unknown as RunRequest;
    await assert.rejects(run(agent.open, request), { code: 'invalid_request' });
  }
});
