import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Identity } from './channel.ts';
import { RealAgent } from './testing/real-agent.ts';

let agent: RealAgent;
before(async () => {
  agent = await RealAgent.start();
});
after(() => agent.stop());

const identity: Identity = {
  hostname: 'machine-1',
  machineId: '0123456789abcdef0123456789abcdef',
  entropy: Buffer.alloc(32, 1).toString('base64'),
  unixMs: 1_800_000_000_000,
  env: { TOKEN: 'secret', PYTHONPATH: '/opt/own' },
};

test('the environment reaches programs of both languages, also an interpreter that was forked before', async () => {
  await agent.link.warm();
  assert.deepEqual(await agent.link.identify(identity), []);
  assert.equal((await agent.bash('echo $TOKEN')).out, 'secret\n');
  const { out } = await agent.python(
    'import os, sys\nprint(os.environ["TOKEN"], "/opt/own" in sys.path)\n!echo $TOKEN',
  );
  assert.equal(out, 'secret True\nsecret\n');
});

test('a fresh interpreter has the environment too, and a change by a program stays until then', async () => {
  await agent.python('os.environ["TOKEN"] = "changed"');
  assert.equal((await agent.python('print(os.environ["TOKEN"])')).out, 'changed\n');
  await agent.python('os._exit(1)');
  assert.equal((await agent.python('import os; print(os.environ["TOKEN"])')).out, 'secret\n');
});

test('security: twins draw different random numbers after they got their identity', async () => {
  const draw = 'import random\nrandom.seed(1)\nstate = random.getstate()';
  await agent.python(draw);
  await agent.link.identify(identity);
  assert.equal((await agent.python('print(random.getstate() == state)')).out, 'False\n');
});

test('an identity that cannot be used is refused and names what is wrong', async () => {
  const wrong = { ...identity, hostname: 'a b', entropy: 'AAAA', env: { 'A=B': 'x' } };
  await assert.rejects(agent.link.identify(wrong), {
    code: 'invalid_request',
    message: /hostname, entropy, env/,
  });
});

test('the agent says what it is', () => {
  assert.equal(agent.link.info.protocol, 1);
  assert.match(agent.link.info.python, /^3\.\d+/);
});
