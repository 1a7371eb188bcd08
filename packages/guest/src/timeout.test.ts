import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RealAgent } from './testing/real-agent.ts';

let agent: RealAgent;
before(async () => {
  agent = await RealAgent.start();
});
after(() => agent.stop());

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);
const kept = 'Stopped at its time-out of 0.2 s; Python variables were kept.';
const lost = 'Stopped at its time-out of 0.2 s; Python variables were lost, as it did not react.';

for (const [what, code] of [
  ['a busy loop', 'while True: pass'],
  ['a sleep', 'import time; time.sleep(9)'],
  ['a shell line', '!sleep 9'],
  ['os.system', 'import os; os.system("sleep 9")'],
  ['a child process', 'import subprocess; subprocess.run("sleep 9; sleep 9", shell=True)'],
  ['endless output', 'while True: print("y" * 1000)'],
] as const) {
  test(`${what} is interrupted at the time-out, and variables are kept`, async () => {
    await agent.python('x = 5');
    const { exitCode, err, out } = await agent.python(`print("before")\n${code}`, 0.2);
    assert.deepEqual([exitCode, lastLine(err), out.slice(0, 7)], [124, kept, 'before\n']);
    assert.equal((await agent.python('print(x)')).out, '5\n');
  });
}

test('a program that catches the interrupt is killed, and the next call has a fresh interpreter', async () => {
  await agent.python('x = 5');
  const code =
    'import time\nprint("kept", end="")\nprint()\nwhile True:\n    try: time.sleep(1)\n    except KeyboardInterrupt: pass';
  const began = performance.now();
  const { exitCode, err, out } = await agent.python(code, 0.2);
  assert.ok(performance.now() - began < 1000);
  assert.deepEqual([exitCode, lastLine(err), out], [124, lost, 'kept\n']);
  assert.equal((await agent.python('print("x" in globals())')).out, 'False\n');
});

test('processes of a killed program are killed with it, those of earlier calls are not', async () => {
  await agent.python('import subprocess\nearlier = subprocess.Popen(["sleep", "61.25"])');
  const { exitCode } = await agent.python(
    'import signal, subprocess, time\nsignal.signal(2, signal.SIG_IGN)\nsubprocess.Popen("trap \'\' INT; sleep 61.75", shell=True)\ntime.sleep(9)',
    0.2,
  );
  assert.equal(exitCode, 124);
  const { out } = await agent.bash(
    'pgrep -f "^sleep 61.75"; pgrep -f "^sleep 61.25" | wc -l; pkill -f "^sleep 61.25"',
  );
  assert.equal(out, '1\n');
});

test('a call whose time-out passes while it waits for another says so and is never started', async () => {
  const first = agent.python('import time; time.sleep(0.5); print("first")');
  const second = await agent.python('print("never")', 0.2);
  assert.deepEqual([second.exitCode, second.out], [124, '']);
  assert.equal(
    lastLine(second.err),
    'Stopped at its time-out of 0.2 s; it had not started, because another Python call was still running.',
  );
  assert.equal((await first).out, 'first\n');
});

test('the whole group of a bash program ends, even where TERM is ignored', async () => {
  const code = 'trap "" TERM; (trap "" TERM; sleep 62.5) & echo partial; sleep 62.5';
  const { exitCode, err, out } = await agent.bash(code, 0.2);
  assert.deepEqual([exitCode, out], [124, 'partial\n']);
  assert.equal(lastLine(err), 'Stopped at its time-out of 0.2 s; its processes were ended.');
  assert.equal((await agent.bash('pgrep -f "^sleep 62.5" | wc -l')).out, '0\n');
});

test('a process that has left the group does not hold up the answer', async () => {
  const began = performance.now();
  const { exitCode } = await agent.bash('setsid sleep 63.5; sleep 9', 0.2);
  assert.equal(exitCode, 124);
  assert.ok(performance.now() - began < 1500);
});

test('the last line stands alone, also when the program had not ended its own', async () => {
  const { err } = await agent.bash('printf half >&2; sleep 9', 0.2);
  assert.equal(err, 'half\nStopped at its time-out of 0.2 s; its processes were ended.\n');
});

test('a program that a caller gives up is ended, and variables are kept', async () => {
  await agent.python('y = 6');
  for (const [language, code] of [
    ['bash', 'sleep 64.5'],
    ['python', 'import time; time.sleep(64.5)'],
  ] as const) {
    const abort = new AbortController();
    const running = agent.run(language, `${language === 'bash' ? 'echo on;' : 'print("on")\n'}${code}`, 60, {
      signal: abort.signal,
      onStdout: () => abort.abort(),
    });
    await assert.rejects(running, { code: 'cancelled' });
  }
  assert.equal((await agent.python('print(y)')).out, '6\n');
  await agent.bash('while pgrep -f "^sleep 64.5" > /dev/null; do sleep 0.01; done', 5);
});
