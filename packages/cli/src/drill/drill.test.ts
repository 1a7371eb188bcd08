import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cli } from '../testing/cli.ts';
import { KEY, temporaryHome } from '../testing/home.ts';
import { NEW_KEY, RECORD, WHOAMI } from '../testing/server.ts';

interface Behaviour {
  /** So many requests with the revoked key are still accepted. */
  lateAccepts?: number;
  /** Status of GET /v1/whoami with the throw-away key while it lives. */
  whileAlive?: number;
  /** How often the revocation fails. */
  failures?: number;
}

/** A server with one throw-away key, which dies when it is deleted, or somewhat later. */
async function setUp(t: TestContext, behaviour: Behaviour = {}) {
  const { whileAlive = 200 } = behaviour;
  let { lateAccepts = 0, failures = 0 } = behaviour;
  const seen = { made: null as unknown, revocations: 0, whoami: 0, sockets: new Set<unknown>() };
  let isRevoked = false;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.method === 'POST') {
      seen.made = JSON.parse(Buffer.concat(chunks).toString());
      answer(201, { ...RECORD, id: 41, full_key: NEW_KEY, key_prefix: NEW_KEY.slice(0, 23) });
    } else if (request.method === 'DELETE') {
      seen.revocations++;
      if (failures-- > 0) return answer(500, {});
      isRevoked = true;
      answer(200, { status: 'revoked', effective_at: '2027-06-01T10:00:00.000Z', nodes_confirmed: '1/1' });
    } else {
      seen.whoami++;
      seen.sockets.add(request.socket);
      if (request.headers['x-api-key'] !== NEW_KEY) return answer(200, WHOAMI);
      if (isRevoked && lateAccepts-- <= 0)
        return answer(401, { detail: 'Invalid API key or session expired' });
      answer(whileAlive, whileAlive === 200 ? WHOAMI : { detail: 'x' });
    }
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  return {
    seen,
    drill: (argv: string[], signal?: AbortSignal) =>
      cli(['keys', 'drill', ...argv], { ...options, ...(signal && { signal }) }),
  };
}

test('a key that dies at once passes: numbers that add up, the proof, and no key in sight', async (t) => {
  const { drill, seen } = await setUp(t);
  const { code, stdout, stderr } = await drill(['--requests', '400', '--connections', '16', '--json']);
  assert.equal(code, 0, stdout + stderr);
  const report = JSON.parse(stdout);
  assert.equal(report.passed, true);
  assert.equal(report.requests, 400);
  assert.equal(report.accepted_after_answer, 0);
  assert.ok(report.accepted_before > 0 && report.started_after_answer > 0);
  assert.equal(report.refused_after_answer, report.started_after_answer);
  assert.ok(report.first_refusal_ms >= 0);
  assert.deepEqual([report.effective_at, report.nodes_confirmed], ['2027-06-01T10:00:00.000Z', '1/1']);
  assert.equal(seen.whoami, 401, 'one to see that the key works, and the 400');
  assert.ok(seen.sockets.size <= 17, 'connections are kept open');
  assert.equal(seen.revocations, 1);
  const { label, scopes, expires_at } = seen.made as Record<string, string>;
  assert.match(label!, /^drill-[0-9a-f]{8}$/);
  assert.deepEqual(scopes, ['self:read']);
  assert.ok(Date.parse(expires_at!) - Date.now() <= 3_600_000);
  assert.equal((stdout + stderr).includes(NEW_KEY.slice(23)), false);
});

test('in words it says what was proved', async (t) => {
  const { drill } = await setUp(t);
  const { stdout } = await drill(['--requests', '200']);
  assert.match(stdout, /^Accepted after: 0 of the \d+ that began after the answer$/m);
  assert.match(stdout, /^First refusal: [\d.]+ ms after the revocation was sent$/m);
  assert.match(stdout, /^Result: passed: /m);
});

test('positive control: a revoked key that is accepted a little longer is found, and ends with 1', async (t) => {
  const { drill } = await setUp(t, { lateAccepts: 60 });
  const { code, stdout } = await drill(['--requests', '400', '--connections', '16', '--json']);
  assert.equal(code, 1);
  const report = JSON.parse(stdout);
  assert.equal(report.passed, false);
  assert.ok(report.accepted_after_answer > 0);
});

test('a key that never works proves nothing; it is revoked all the same', async (t) => {
  const { drill, seen } = await setUp(t, { whileAlive: 403 });
  const { code } = await drill(['--requests', '200']);
  assert.equal(code, 5);
  assert.equal(seen.revocations, 1);
});

test('at Ctrl-C and when the revocation failed the key is revoked before the command ends', async (t) => {
  const interrupted = await setUp(t);
  const abort = new AbortController();
  const running = interrupted.drill([], abort.signal);
  while (interrupted.seen.whoami < 10) await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  assert.equal((await running).code, 130);
  assert.equal(interrupted.seen.revocations, 1);
  const failing = await setUp(t, { failures: 1 });
  const failed = await failing.drill(['--requests', '200']);
  assert.equal(failed.code, 1);
  assert.equal(failing.seen.revocations, 2);
  const never = await setUp(t, { failures: 9 });
  assert.match(
    (await never.drill(['--requests', '200'])).stderr,
    /could not be revoked; it ends within the hour/,
  );
});

test('its size is bounded', async (t) => {
  const { drill, seen } = await setUp(t);
  for (const argv of [
    ['--connections', '65'],
    ['--connections', '0'],
    ['--requests', '99'],
    ['--requests', '1000001'],
  ]) {
    assert.equal((await drill(argv)).code, 2, argv.join(' '));
  }
  assert.equal(seen.made, null);
});
