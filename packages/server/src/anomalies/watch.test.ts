import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { checksum, mintKey } from '@instavm/keyformat';
import { sql } from 'kysely';
import { temporaryFolder } from '../testing/folder.ts';
import { startServer, type TestKey, testKey } from '../testing/server.ts';
import { until } from '../testing/until.ts';
import { testWorld } from '../testing/world.ts';

const DAY_MS = 86_400_000;
const HOME = '198.51.100.7';
const FAR = '203.0.113.9';
/** One for each test: where several keys of an account come from is new to none of them. */
const farAway = (n: number) => `45.${n}.1.9`;

const world = testWorld();
const dataDir = temporaryFolder({ after });
// A proxy in front says from where requests come.
const options = { world, dataDir, config: { trustedProxies: ['127.0.0.0/8'] } };
let server = await startServer({ after }, options);
const ada = await server.person('Ada');
const eve = await server.person('Eve');
const keys = {
  used: await ada.key({ label: 'used', environment: 'testing' }),
  rotated: await ada.key({ label: 'rotated' }),
  quieted: await ada.key({ label: 'quieted' }),
  guessed: await ada.key({ label: 'guessed', quarantine: true }),
  shared: await ada.key({ label: 'shared', quarantine: true }),
  tolerant: await ada.key({ label: 'tolerant', quarantine: false }),
  steady: await ada.key({ label: 'steady' }),
  manager: await ada.key({ label: 'manager' }),
};
const production = await ada.key({ label: 'production', environment: 'production' });
const eves = await eve.key();

interface From {
  address?: string;
  client?: string;
  path?: string;
}

async function use(
  key: TestKey,
  { address = HOME, client = 'instavm-cli/0.1.0', path = '/v1/vms' }: From = {},
) {
  return server.ask('GET', path, {
    key: key.text,
    headers: { 'x-forwarded-for': address, 'x-forwarded-proto': 'https', 'user-agent': client },
  });
}

const open = async (key: TestKey, query = '') =>
  (await server.ask('GET', `/v1/anomalies?key_id=${key.id}${query}`, { key: keys.manager.text })).json as {
    id: string;
    kind: string;
    sentence: string;
    count: number;
    status: string;
    quarantined: boolean;
    figures: Record<string, unknown>;
  }[];

/** Looks until that many anomalies of the key are open: a request is told of only when its connection is done with it. */
async function looked(key: TestKey, count: number) {
  await until(async () => {
    await server.deps.watch.look();
    return (await open(key)).length >= count;
  });
  return open(key);
}

const record = async (key: TestKey) =>
  (await server.ask('GET', `/v1/api-keys/${key.id}`, { key: keys.manager.text })).json;

/** Until what was asked is counted, so that the clock may be moved. */
async function settled(key: TestKey, atMs: number) {
  await until(async () => {
    await server.deps.watch.look();
    await server.deps.watch.flush();
    const row = await server.deps.db
      .selectFrom('key_profile')
      .select('profile')
      .where('api_key_id', '=', key.id)
      .executeTakeFirst();
    return row !== undefined && JSON.parse(row.profile).lastMs >= atMs;
  });
}

// Twelve days of use, which is a history.
for (let day = 0; day < 12; day++) {
  world.advance(DAY_MS);
  const atMs = world.now();
  for (const key of [...Object.values(keys), production, eves]) {
    assert.equal((await use(key)).status, 200);
    await settled(key, atMs);
  }
}

const events = async (key: TestKey, type: string) =>
  server.deps.db
    .selectFrom('audit_event')
    .selectAll()
    .where('event_type', '=', type)
    .where('resource_id', '=', String(key.id))
    .execute();

test('normal use raises nothing', async () => {
  const { json } = await server.ask('GET', '/v1/anomalies?status=all', { key: keys.manager.text });
  assert.deepEqual(json, []);
});

test('a key used from elsewhere by another program is told in sentences, on the key, and in the audit trail', async () => {
  await use(keys.used, { address: FAR, client: 'curl/8.9.1' });
  const found = await looked(keys.used, 2);
  assert.deepEqual(found.map(({ sentence }) => sentence).toSorted(), [
    'First use by curl; on 12 days of use it was used by instavm-cli alone.',
    'First use from 203.0.113.0/24; on 12 days of use it came from 198.51.100.0/24 alone.',
  ]);
  const place = found.find(({ kind }) => kind === 'new_place')!;
  assert.deepEqual([place.figures.address, place.figures.client], [FAR, 'curl']);
  const { notices, status } = await record(keys.used);
  assert.equal(status, 'active', 'control: nobody asked for more');
  assert.deepEqual(
    notices.filter(({ code }: { code: string }) => code === 'anomaly'),
    found.map(({ id, sentence }) => ({
      code: 'anomaly',
      text: sentence,
      command: `instavm anomalies resolve ${id}`,
    })),
  );
  const [event] = (await events(keys.used, 'api_key.anomaly')).map(({ environment, payload }) => ({
    environment,
    payload: JSON.parse(payload),
  }));
  assert.equal(event!.environment, 'testing');
  assert.equal(event!.payload.sentence, found.find(({ kind }) => kind === event!.payload.kind)!.sentence);
});

test('the same again is the same anomaly, counted', async () => {
  const [before] = (await open(keys.used)).filter(({ kind }) => kind === 'new_place');
  world.advance(10 * 60_000);
  await use(keys.used, { address: FAR, client: 'curl/8.9.1' });
  await until(async () => {
    await server.deps.watch.look();
    return (await open(keys.used)).some(({ id, count }) => id === before!.id && count === 2);
  });
  assert.equal((await open(keys.used)).length, 2);
  assert.equal((await events(keys.used, 'api_key.anomaly')).length, 2);
});

test('keys of another environment or account see nothing of it, and the filter has all states', async () => {
  const { id } = (await open(keys.used))[0]!;
  const ask = (key: TestKey) => server.ask('GET', `/v1/anomalies/${id}`, { key: key.text });
  assert.equal((await ask(keys.manager)).status, 200, 'control');
  for (const key of [production, eves]) {
    assert.equal((await ask(key)).status, 404);
    assert.deepEqual((await server.ask('GET', '/v1/anomalies?status=all', { key: key.text })).json, []);
  }
});

test('a resolved anomaly is closed, and what it was about is usual from then on', async () => {
  for (const { id } of await open(keys.used)) {
    const answer = await server.ask('POST', `/v1/anomalies/${id}/resolve`, { key: keys.manager.text });
    assert.deepEqual([answer.status, answer.json.status], [200, 'resolved']);
    assert.equal(answer.json.resolved_by, `api_key:${keys.manager.id}`);
    const again = await server.ask('POST', `/v1/anomalies/${id}/resolve`, { key: keys.manager.text });
    assert.deepEqual(again.json, answer.json);
  }
  assert.equal((await events(keys.used, 'api_key.anomaly_resolved')).length, 2);
  assert.deepEqual((await record(keys.used)).notices, []);
  world.advance(DAY_MS);
  await use(keys.used, { address: FAR, client: 'curl/8.9.1' });
  await settled(keys.used, world.now() - 60_000);
  assert.deepEqual(await open(keys.used), []);
  assert.equal((await open(keys.used, '&status=resolved')).length, 2);
});

test('while one is quiet the like is not raised, and something else is', async () => {
  await use(keys.quieted, { address: farAway(1) });
  const [anomaly] = await looked(keys.quieted, 1);
  const path = `/v1/anomalies/${anomaly!.id}/quiet`;
  const answer = await server.ask('POST', path, { key: keys.manager.text, json: { days: 7 } });
  assert.equal(answer.json.status, 'quiet');
  assert.equal(Date.parse(answer.json.quiet_until) > world.now() + 6 * DAY_MS, true);
  assert.deepEqual((await record(keys.quieted)).notices, []);
  world.advance(DAY_MS);
  await use(keys.quieted, { address: farAway(1) });
  await use(keys.quieted, { client: 'wget/1' });
  assert.deepEqual(
    (await looked(keys.quieted, 1)).map(({ kind }) => kind),
    ['new_client'],
  );
  const [quiet] = await open(keys.quieted, '&status=quiet');
  assert.equal(quiet!.count, 2, 'control: it was seen');
});

test('a successor knows what was usual for its predecessor', async () => {
  const rotated = await server.ask('POST', `/v1/api-keys/${keys.rotated.id}/rotate`, {
    key: keys.manager.text,
    json: { policy: 'now' },
  });
  const successor: TestKey = { ...keys.rotated, id: rotated.json.id, text: rotated.json.full_key };
  const atMs = world.now();
  await use(successor);
  await settled(successor, atMs);
  assert.deepEqual(await open(successor), []);
  await use(successor, { address: farAway(2), client: 'axios/1' });
  assert.equal((await looked(successor, 2)).length, 2, 'control: what is new to the old one is new to it');
});

test('abuse case 31: the right secret of a dead key, again and again, is told, and its successor lives', async () => {
  const { rotated_to: successor } = await record(keys.rotated);
  for (let n = 0; n < 40; n++) assert.equal((await use(keys.rotated)).json.code, 'key_rotated');
  const [found] = await looked(keys.rotated, 1);
  assert.equal(found!.kind, 'refusals');
  assert.match(found!.sentence, /^\d\d requests refused with 401 or 403 in 5 minutes; usually none\.$/);
  const next = await server.ask('GET', `/v1/api-keys/${successor}`, { key: keys.manager.text });
  assert.equal(next.json.status, 'active');
});

test('abuse case 13: whoever knows the public id of a key can have guesses told, and never its key disabled', async () => {
  const wrong = wrongSecretOf(keys.guessed);
  await use(keys.guessed, { address: farAway(3) });
  await looked(keys.guessed, 1);
  for (let n = 0; n < 130; n++) {
    const answer = await server.ask('GET', '/v1/vms', {
      key: wrong,
      headers: { 'x-forwarded-for': farAway(3), 'x-forwarded-proto': 'https' },
    });
    assert.ok([401, 429].includes(answer.status));
  }
  const found = await looked(keys.guessed, 2);
  const guesses = found.find(({ kind }) => kind === 'refusals')!;
  assert.match(
    guesses.sentence,
    /^1\d\d wrong secrets tried with its public id in 5 minutes; none was right\.$/,
  );
  assert.deepEqual(
    found.map(({ quarantined }) => quarantined),
    [false, false],
  );
  assert.equal((await use(keys.guessed)).status, 200, 'although two kinds within an hour would be enough');
  // Control: a second kind that takes the right secret is enough.
  await use(keys.guessed, { address: farAway(3), client: 'curl/8' });
  await until(async () => {
    await server.deps.watch.look();
    return (await record(keys.guessed)).status === 'disabled';
  });
});

test('a key that asks for it is disabled for two places at once, says why, and can be enabled for good', async () => {
  for (let turn = 0; turn < 3; turn++) {
    for (const address of [HOME, farAway(4)]) {
      world.advance(60_000);
      for (const key of [keys.shared, keys.tolerant]) await use(key, { address });
    }
  }
  await until(async () => {
    await server.deps.watch.look();
    return (await record(keys.shared)).status === 'disabled';
  });
  const refused = await use(keys.shared);
  assert.deepEqual([refused.status, refused.json.code], [401, 'key_disabled']);
  const { notices } = await record(keys.shared);
  assert.equal(notices[0].code, 'quarantined');
  assert.match(
    notices[0].text,
    /^It is disabled because its use looked like an attack\..* Used in turn from 45\.4/,
  );
  assert.equal(notices[0].command, `instavm keys enable ${keys.shared.id}`);
  const [event] = await events(keys.shared, 'api_key.quarantined');
  assert.match(JSON.parse(event!.payload).sentence, /^Used in turn from/);
  assert.equal((await record(keys.tolerant)).status, 'active', 'one that refuses it goes on');
  assert.ok((await looked(keys.tolerant, 2)).some(({ kind }) => kind === 'two_places'));

  const enabled = await server.ask('POST', `/v1/api-keys/${keys.shared.id}/enable`, {
    key: keys.manager.text,
  });
  assert.deepEqual([enabled.json.status, enabled.json.notices], ['active', []]);
  world.advance(60 * 60_000);
  for (let turn = 0; turn < 4; turn++) {
    for (const address of [HOME, farAway(4)]) {
      world.advance(60_000);
      const atMs = world.now();
      assert.equal(
        (await use(keys.shared, { address })).status,
        200,
        'it is not disabled for the same again',
      );
      await settled(keys.shared, atMs);
    }
  }
  assert.deepEqual(await open(keys.shared), []);
});

test("a key in another environment's networks is told at once, and disabled where the account asks for it", async () => {
  const change = (path: string, json: unknown) => server.ask('PATCH', path, { key: keys.manager.text, json });
  const networks = await change('/v1/account/environments/production', { networks: ['45.5.0.0/16'] });
  assert.equal(networks.status, 200, networks.text);
  const fresh = async () => {
    const made = { environment: 'testing', label: `fresh ${world.now()}` };
    return testKey((await server.ask('POST', '/v1/api-keys/', { key: keys.manager.text, json: made })).json);
  };
  const [told, owned] = [await fresh(), production];
  await use(told, { address: farAway(5) });
  await use(owned, { address: farAway(5) });
  const [found] = await looked(told, 1);
  assert.equal(found!.sentence, 'A key of testing was used from 45.5.1.0/24, in the networks of production.');
  assert.equal((await record(told)).status, 'active', 'control: the account does not ask for it');
  assert.ok(
    (await open(owned)).every(({ kind }) => kind !== 'wrong_environment'),
    'control: its own networks',
  );

  assert.equal((await change('/v1/account', { quarantine: true })).status, 200);
  world.advance(1000);
  const next = await fresh();
  await use(next, { address: farAway(5) });
  await until(async () => {
    await server.deps.watch.look();
    return (await record(next)).status === 'disabled';
  });
  assert.equal((await change('/v1/account', { quarantine: false })).status, 200);
});

test('what cannot be written fails no request and is written later', async () => {
  const rename = (from: string, to: string) =>
    sql.raw(`alter table ${from} rename to ${to}`).execute(server.deps.db);
  await rename('anomaly', 'anomaly_gone');
  try {
    const answer = await use(keys.steady, { address: farAway(6), client: 'php/8' });
    assert.equal(answer.status, 200);
    await until(async () => {
      const failure = await server.deps.watch.look().catch((error: Error) => error);
      return failure instanceof Error && failure.message.includes('no such table');
    });
  } finally {
    await rename('anomaly_gone', 'anomaly');
  }
  assert.equal((await looked(keys.steady, 2)).length, 2);
});

test('what was learned outlives a restart', async () => {
  await server.close();
  server = await startServer({ after }, options);
  const atMs = world.now();
  await use(keys.steady);
  await settled(keys.steady, atMs);
  assert.equal((await open(keys.steady)).length, 2, 'those of before alone');
  world.advance(2 * DAY_MS);
  await use(keys.steady, { address: '192.0.2.1', client: 'ruby/3' });
  assert.equal((await looked(keys.steady, 4)).length, 4, 'control');
});

function wrongSecretOf({ text }: TestKey): string {
  const body = text.slice(0, 23) + mintKey(server.deps.randomBytes).slice(23, 55);
  return body + checksum(body);
}
