import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { keepAlive } from '../testing/keep-alive.ts';
import { startServer, type TestKey, type TestPerson } from '../testing/server.ts';
import { parseFieldList } from '../testing/structured-field.ts';
import { until } from '../testing/until.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');

const ask = (key: Pick<TestKey, 'text'>, path = '/v1/audit/catalog') =>
  server.ask('GET', path, { key: key.text });

/** Requests under way of a key, the one that asks not counted. */
async function underWay(key: Pick<TestKey, 'text'>): Promise<number> {
  const { headers } = await ask(key);
  const of = (field: string, name: string) =>
    parseFieldList(headers.get(field)!).find((item) => item.name === 'key-concurrent')!.params[name];
  return Number(of('ratelimit-policy', 'q')) - Number(of('ratelimit', 'r')) - 1;
}

/** Begins a request whose body does not come to its end. */
async function begun(key: Pick<TestKey, 'text'>, path = '/v1/api-keys/'): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    [
      `POST ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      `X-API-Key: ${key.text}`,
      'Content-Type: application/json',
      'Content-Length: 1000',
      '',
      '{',
    ].join('\r\n'),
  );
  return socket;
}

/** Holds every change up, so that a handler that makes one is under way until `release`. */
async function heldDatabase(): Promise<{ release(): Promise<void> }> {
  let release = () => {};
  let isHeld = false;
  const held = server.deps.db.transaction().execute(
    () =>
      new Promise<void>((resolve) => {
        isHeld = true;
        release = resolve;
      }),
  );
  await until(() => isHeld);
  return {
    async release() {
      release();
      await held;
    },
  };
}

const limited = (concurrent_requests: number, person: TestPerson = ada) =>
  person.key({ concurrent_requests });

test('abuse case 34: of N requests at once exactly one more is refused, as a problem, and room is made as they end', async () => {
  for (const most of [1, 3, 20]) {
    const key = await limited(most + 1);
    const sockets = [];
    for (let i = 0; i < most; i++) sockets.push(await begun(key));
    await until(async () => (await underWay(key)) === most);
    const last = await begun(key);
    await until(async () => (await ask(key)).status === 429);
    const { status, json, headers } = await ask(key);
    assert.equal(status, 429);
    assert.match(headers.get('content-type')!, /^application\/problem\+json/);
    assert.deepEqual(
      [json.detail, json.code, json['violated-policies']],
      ['Rate limit exceeded', 'rate_limit_exceeded', ['key-concurrent']],
    );
    assert.match(json.reason, new RegExp(`under way as may be at once: ${most + 1}\\.`));
    const next = parseFieldList(headers.get('ratelimit')!)[0]!.params.t ?? 0;
    assert.ok(Number(headers.get('retry-after')) >= Math.max(1, Number(next)));
    last.destroy();
    await until(async () => (await ask(key)).status === 200);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await underWay(key)) === 0);
  }
});

test('64 clients at once: as many as may be under way are, and every other is refused', async () => {
  const key = await limited(10);
  const held = await heldDatabase();
  const create = () => server.ask('POST', '/v1/api-keys/', { key: key.text, json: {} });
  const answers = Array.from({ length: 64 }, create);
  const refused = [];
  for (const answer of answers) {
    const first = await Promise.race([answer, ask(key).then(() => null)]);
    if (first) refused.push(first.status);
  }
  await held.release();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 201).length, 10);
  assert.equal(statuses.filter((status) => status === 429).length, 54);
  await until(async () => (await underWay(key)) === 0);
});

test('one after the other is never refused, on one connection and on many', async () => {
  const key = await limited(1);
  const connection = keepAlive(server.url);
  const request = `GET /v1/ssh-keys HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${key.text}\r\n\r\n`;
  const statuses = [];
  for (let i = 0; i < 300; i++) statuses.push(await connection.ask(request));
  connection.close();
  for (let i = 0; i < 50; i++) {
    const answer = await server.raw(['GET /v1/ssh-keys HTTP/1.1', `X-API-Key: ${key.text}`]);
    statuses.push(Number(answer.slice(9, 12)));
  }
  assert.deepEqual(new Set(statuses), new Set([200]));
});

test('whatever becomes of a request, its place is free again', async (t) => {
  const steps: Record<string, (key: TestKey) => Promise<unknown>> = {
    'a body of the wrong kind': (key) =>
      server.ask('POST', '/v1/api-keys/', { key: key.text, json: { label: 5 } }),
    'a body that is no JSON': (key) =>
      server.ask('POST', '/v1/api-keys/', {
        key: key.text,
        body: '{',
        headers: { 'content-type': 'application/json' },
      }),
    'a body of another type': (key) =>
      server.ask('POST', '/v1/api-keys/', {
        key: key.text,
        body: 'x',
        headers: { 'content-type': 'text/csv' },
      }),
    'a body that is too large': (key) =>
      server.ask('POST', '/v1/api-keys/', { key: key.text, json: { label: 'x'.repeat(9 * 1024 * 1024) } }),
    'something that is not there': (key) => ask(key, '/v1/api-keys/99999999'),
    'an operation that is not built': (key) => ask(key, '/v1/volumes'),
    'a key in the body': (key) =>
      server.ask('POST', '/v1/sessions/session', { json: { api_key: key.text, vm_lifetime_seconds: 60 } }),
    'a mistake of the server': async (key) => {
      await sql`alter table ssh_key rename to ssh_key_gone`.execute(server.deps.db);
      const { status } = await ask(key, '/v1/ssh-keys');
      await sql`alter table ssh_key_gone rename to ssh_key`.execute(server.deps.db);
      assert.equal(status, 500);
    },
    'a connection that breaks before the body': async (key) => void (await begun(key)).destroy(),
    'a connection that is reset': async (key) => void (await begun(key)).resetAndDestroy(),
    'a connection that breaks in the middle of a file': async (key) =>
      void (await begun(key, '/upload')).destroy(),
    'a stream that is read': (key) => ask(key, '/v1/audit/export'),
    'requests that wait behind one another on a connection that breaks': async (key) => {
      const held = await heldDatabase();
      const socket = connect(server.port, '127.0.0.1');
      const one = `POST /v1/api-keys/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${key.text}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
      socket.write(one.repeat(5));
      await until(async () => (await underWay(key)) === 5);
      socket.destroy();
      await held.release();
    },
  };
  for (const [what, step] of Object.entries(steps)) {
    await t.test(what, async () => {
      const key = await limited(8);
      await step(key);
      await until(async () => (await underWay(key)) === 0);
      assert.equal((await ask(key)).status, 200);
    });
  }
});

test('a place is held while an answer streams, and is free when its reader leaves in the middle', async (t) => {
  const streaming = await startServer(t);
  const eve = await streaming.person('Eve');
  const key = await eve.key({ concurrent_requests: 1 });
  await lengthenAudit(streaming.deps.db, 25_000);
  const status = async () => (await streaming.ask('GET', '/v1/audit/catalog', { key: key.text })).status;
  const socket = connect(streaming.port, '127.0.0.1');
  socket.write(`GET /v1/audit/export HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${key.text}\r\n\r\n`);
  await once(socket, 'data');
  socket.pause();
  for (let i = 0; i < 20; i++) assert.equal(await status(), 429, 'it waits for its reader');
  socket.destroy();
  await until(async () => (await status()) === 200);
});

/** Copies of the first event, so that an export is larger than what a connection holds. */
async function lengthenAudit(db: typeof server.deps.db, rows: number): Promise<void> {
  const { rows: columns } = await sql<{
    name: string;
  }>`select name from pragma_table_info('audit_event')`.execute(db);
  const others = columns
    .map(({ name }) => name)
    .filter((name) => name !== 'seq')
    .join();
  await sql
    .raw(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})
       insert into audit_event (seq, ${others}) select (select max(seq) from audit_event) + i, ${others}
       from n, (select * from audit_event where account_id > 0 order by seq limit 1) order by i`,
    )
    .execute(db);
  await sql`update feed_head set seq = (select max(seq) from audit_event)`.execute(db);
}

test('security: who hangs up makes no room while the work goes on', async () => {
  const key = await limited(4);
  const held = await heldDatabase();
  for (let i = 0; i < 3; i++) {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `POST /v1/api-keys/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${key.text}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    await until(async () => (await underWay(key)) === i + 1);
    socket.destroy();
  }
  const closed = await begun(key);
  await until(async () => (await ask(key)).status === 429);
  closed.destroy();
  await until(async () => (await ask(key)).status === 200);
  assert.equal(await underWay(key), 3);
  await held.release();
  await until(async () => (await underWay(key)) === 0);
});

test('a rotated pair, an environment and an account count requests under way together', async () => {
  const bob = await server.person('Bob');
  const admin = await bob.key();
  const old = await bob.key({ concurrent_requests: 2 });
  const { json } = await server.ask('POST', `/v1/api-keys/${old.id}/rotate`, {
    key: admin.text,
    json: { policy: 'at', at: new Date(server.world.now() + 86_400_000).toISOString() },
  });
  const socket = await begun(old);
  await until(async () => (await underWay({ text: json.full_key })) === 1);
  const second = await begun(old);
  await until(async () => (await ask({ text: json.full_key })).status === 429);
  socket.destroy();
  second.destroy();

  const set = (path: string, concurrent_requests: number | null) =>
    server.ask('PATCH', `/app/v1${path}`, { cookie: bob.cookie, json: { concurrent_requests } });
  const testing = await bob.key({ environment: 'testing' });
  await set('/account/environments/testing', 1);
  const inTesting = await begun(testing);
  await until(async () => (await ask(testing, '/v1/ssh-keys')).status === 429);
  assert.deepEqual((await ask(testing, '/v1/ssh-keys')).json['violated-policies'], [
    'environment-concurrent',
  ]);
  assert.equal((await ask(admin)).status, 200);
  await set('/account/environments/testing', null);
  assert.equal((await ask(testing, '/v1/ssh-keys')).status, 200, 'live');
  inTesting.destroy();

  await set('/account', 1);
  const any = await begun(testing);
  await until(async () => (await ask(admin)).status === 429);
  assert.deepEqual((await ask(admin)).json['violated-policies'], ['account-concurrent']);
  any.destroy();
  await until(async () => (await ask(admin)).status === 200);
});

test('what is refused for its rate takes no place, and what is refused for its place takes none of the rate', async () => {
  const key = await ada.key({ concurrent_requests: 1, rate_limit: '1000/86400s,burst=5' });
  const socket = await begun(key);
  await until(async () => (await ask(key)).status === 429);
  const remaining = async () => parseFieldList((await ask(key)).headers.get('ratelimit')!)[0]!.params.r;
  const before = await remaining();
  assert.ok(Number(before) >= 3, 'control: there is some left');
  for (let i = 0; i < 20; i++) await ask(key);
  assert.equal(await remaining(), before);
  socket.destroy();
  await until(async () => (await ask(key)).status === 200);
  while ((await ask(key)).status === 200);
  assert.deepEqual((await ask(key)).json['violated-policies'], ['key']);
  assert.equal(await remaining(), 0);
  assert.equal(
    parseFieldList((await ask(key)).headers.get('ratelimit')!)[1]!.params.r,
    1,
    'its place is free',
  );
});
