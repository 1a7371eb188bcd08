import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { run } from './run.ts';
import { RealAgent } from './testing/real-agent.ts';

let agent: RealAgent;
before(async () => {
  agent = await RealAgent.start();
});
after(() => agent.stop());

async function agentMemoryKb(): Promise<number> {
  const status = await readFile(`/proc/${agent.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}

test('20 MB come whole, on stdout and stderr, from Python and bash, and the agent does not grow', async () => {
  const size = 20_000_000;
  await agent.bash('true');
  const before = await agentMemoryKb();
  const python = await agent.python(
    `import sys\nsys.stdout.write("x" * ${size}); sys.stderr.write("y" * ${size})`,
  );
  assert.deepEqual([python.stdout.length, python.stderr.length], [size, size]);
  const bash = await agent.bash(`head -c ${size} /dev/zero; head -c ${size} /dev/zero >&2`);
  assert.deepEqual([bash.stdout.length, bash.stderr.length], [size, size]);
  assert.ok((await agentMemoryKb()) - before < 4000);
});

test('output is handed over while the program still runs', async () => {
  const chunks: string[] = [];
  await agent.run(
    'python',
    'import time\nprint(1)\nwhile not __import__("os").path.exists("go"): time.sleep(0.01)',
    10,
    {
      onStdout: async (chunk) => {
        chunks.push(chunk.toString());
        await agent.bash('touch go');
      },
    },
  );
  assert.deepEqual(chunks, ['1\n']);
});

test('a reader that stalls holds up its own program and nothing else', async () => {
  let release = () => {};
  const stalled = new Promise<void>((resolve) => {
    release = resolve;
  });
  let size = 0;
  const endless = agent.run('bash', 'head -c 3000000 /dev/zero', 30, {
    onStdout: async (chunk) => {
      size += chunk.length;
      await stalled;
    },
  });
  for (let count = 0; count < 5; count += 1) {
    assert.equal((await agent.bash('head -c 1000000 /dev/zero')).stdout.length, 1_000_000);
    assert.equal((await agent.python('print("ok")')).out, 'ok\n');
    assert.ok((await agent.link.ping(1000)) < 1000);
  }
  assert.ok(size < 200_000);
  release();
  await endless;
  assert.equal(size, 3_000_000);
});

test('a stalled reader does not keep a program alive beyond its time-out, and what it wrote still comes', async () => {
  let release = () => {};
  const stalled = new Promise<void>((resolve) => {
    release = resolve;
  });
  let err = '';
  const running = agent.run('python', 'z = 1\nwhile True: print("y" * 5000)', 0.2, {
    onStdout: () => stalled,
    onStderr: (chunk) => {
      err += chunk.toString();
    },
  });
  assert.equal((await agent.python('print(z)')).out, '1\n');
  release();
  assert.equal((await running).exitCode, 124);
  assert.match(err, /variables were kept\.\n$/);
});

test('output beyond the limit of the host ends the program with a typed error', async () => {
  const running = agent.run('bash', 'yes', 30, { maxOutputBytes: 1_000_000 });
  await assert.rejects(running, { code: 'output_too_large' });
});

test('an error of the reader is its own, and ends the program', async () => {
  const failing = () => {
    throw new RangeError('mine');
  };
  await assert.rejects(agent.run('bash', 'yes', 30, { onStdout: failing }), {
    name: 'RangeError',
    message: 'mine',
  });
});

test('two hundred programs at once all get their answers', async () => {
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      run(agent.open, {
        language: index % 2 ? 'python' : 'bash',
        code: index % 2 ? `print(${index})` : `echo ${index}`,
        timeoutSeconds: 30,
      }),
    ),
  );
  assert.deepEqual(
    results.map((result) => result.stdout.toString()),
    results.map((_, index) => `${index}\n`),
  );
});

test('more uses at once than the agent allows are refused in words, and the link lives', async () => {
  const channels = await Promise.all(Array.from({ length: 256 }, () => agent.link.open('run')));
  await assert.rejects(agent.bash('true'), { code: 'too_many_channels' });
  for (const channel of channels) channel.destroy();
  assert.equal((await agent.bash('echo again')).out, 'again\n');
});
