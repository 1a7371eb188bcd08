import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/sqlite.ts';
import type { ServedRequest } from '../http/served-request.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { DIMENSIONS, type Dimension, type UsageScope } from './reader.ts';
import { KEPT_SECONDS, type KeptStep, STEP_SECONDS, type StepName, stepStart } from './steps.ts';
import { COUNTS, type Counts, Tally } from './tally.ts';
import { Usage } from './usage.ts';
import { lastSteps, stepIndex } from './window.ts';

const db = openDatabase(join(temporaryFolder({ after }), 'instavm.db'));
await migrate(db);
after(() => db.destroy());

/** One database for all tests, each later than the ones before it and with accounts of its own. */
let nowMs = Date.UTC(2030, 0, 31, 23, 58, 30);
const accountIds: number[] = [];

function openUsage(): Usage {
  const slices = { next: async () => {} };
  return new Usage({ db, slices, now: () => nowMs, randomBytes: (size) => randomBytes(size) });
}

async function newAccounts(): Promise<void> {
  nowMs += 3 * 86_400_000;
  accountIds.length = 0;
  for (const name of ['Ada', 'Eve']) {
    const made = await db.insertInto('account').values({ name, created_at: '' }).returning('id').execute();
    accountIds.push(made[0]!.id);
  }
}

/** What differs from one request to another, and no more: it is printed when something goes wrong. */
type Sent = Pick<
  ServedRequest,
  'operationId' | 'route' | 'client' | 'status' | 'durationMs' | 'bytesIn' | 'bytesOut' | 'vmId'
> & { who: keyof typeof KEYS };

/** The account is one of the test's two. */
const KEYS = {
  'key 1': { keyId: 1, account: 0, environment: null },
  'key 2': { keyId: 2, account: 0, environment: 'production' },
  'key 3': { keyId: 3, account: 0, environment: 'production' },
  person: { keyId: null, account: 0, environment: null },
  'key 4 of another': { keyId: 4, account: 1, environment: null },
};

function principalOf({ account, ...who }: (typeof KEYS)[keyof typeof KEYS]): ServedRequest['principal'] {
  const kind = who.keyId === null ? 'person' : 'api_key';
  return { kind, accountId: accountIds[account]!, ...who } as unknown as ServedRequest['principal'];
}

const sent: fc.Arbitrary<Sent> = fc.record({
  who: fc.constantFrom(...(Object.keys(KEYS) as (keyof typeof KEYS)[])),
  operationId: fc.constantFrom('executions.run', 'vms.list'),
  route: fc.constantFrom('GET /v1/vms', 'POST /execute', 'GET /*'),
  client: fc.constantFrom('curl/8.1', 'python-requests/2.3', ''),
  status: fc.constantFrom(200, 201, 404, 429, 500),
  durationMs: fc.double({ min: 0, max: 2000, noNaN: true }),
  bytesIn: fc.nat(10_000),
  bytesOut: fc.nat(1_000_000),
  vmId: fc.constantFrom(null, null, 'vm_a', 'vm_b'),
});

type Act =
  | { act: 'serve'; sent: Sent[] }
  | { act: 'pass'; seconds: number }
  | { act: 'flush' | 'keepUp' | 'restart' };

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        act: fc.constant('serve' as const),
        sent: fc.array(sent, { minLength: 1, maxLength: 5 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        act: fc.constant('pass' as const),
        seconds: fc.oneof(fc.nat(40), fc.nat(4000), fc.nat(100_000), fc.nat(2_000_000)),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ act: fc.constantFrom('flush' as const, 'keepUp' as const, 'restart' as const) }),
    },
  ),
  { maxLength: 40 },
);

const NAME_OF: Record<Dimension, (one: ServedRequest) => string | null> = {
  key: ({ principal }) => String(principal!.keyId ?? 0),
  environment: ({ principal }) => principal!.environment ?? '',
  vm: ({ vmId }) => vmId,
  route: ({ route }) => route,
  client: ({ client }) => (client === '' ? 'unknown' : client.replace(/\.\d+$/, '')),
};

const SCOPES = [
  { account: 0, environment: null, keyId: null, vmId: null },
  { account: 0, environment: 'production', keyId: null, vmId: null },
  { account: 0, environment: '', keyId: null, vmId: null },
  { account: 0, environment: null, keyId: 2, vmId: null },
  { account: 0, environment: null, keyId: null, vmId: 'vm_a' },
  { account: 0, environment: 'production', keyId: 3, vmId: 'vm_b' },
  { account: 1, environment: null, keyId: null, vmId: null },
];

function scopeOf({ account, ...rest }: (typeof SCOPES)[number]): UsageScope {
  return { accountId: accountIds[account]!, ...rest };
}

function isIn(scope: UsageScope, one: ServedRequest): boolean {
  const { accountId, environment, keyId } = one.principal!;
  return (
    accountId === scope.accountId &&
    (scope.environment === null || scope.environment === (environment ?? '')) &&
    (scope.keyId === null || scope.keyId === keyId) &&
    (scope.vmId === null || scope.vmId === one.vmId)
  );
}

function countsOf(tally: Tally): Counts & { latency: string } {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, tally[name]])) as unknown as Counts;
  return { ...counts, latency: tally.latency.encode() };
}

const shown = (sums: Map<string, Tally>) =>
  [...sums].map(([place, tally]) => [place, countsOf(tally)]).sort(([a], [b]) => (a! < b! ? -1 : 1));

function summed(steps: Map<string, Tally>): Map<string, Tally> {
  const sums = new Map<string, Tally>();
  for (const [place, tally] of steps) {
    const part = place.slice(place.indexOf(' ') + 1);
    if (!sums.has(part)) sums.set(part, new Tally());
    sums.get(part)!.merge(tally);
  }
  return sums;
}

/** What a reader says of every scope, dimension and step, beside the same of the requests themselves. */
async function compare(usage: Usage, served: ServedRequest[]) {
  for (const step of ['minute', 'hour', 'day'] as StepName[]) {
    const window = lastSteps(step, step === 'day' ? 120 : 48, nowMs);
    for (const scope of SCOPES.map(scopeOf)) {
      for (const by of [...DIMENSIONS, null]) {
        const wanted = new Map<string, Tally>();
        for (const one of served) {
          const index = stepIndex(window, Math.floor((one.receivedAtMs + one.durationMs) / 60_000) * 60);
          const part = by === null ? '' : NAME_OF[by](one);
          if (index === null || part === null || !isIn(scope, one)) continue;
          const place = `${index} ${part}`;
          if (!wanted.has(place)) wanted.set(place, new Tally());
          wanted.get(place)!.add(one);
        }
        const read = new Map<string, Tally>();
        for await (const { subject, steps } of usage.reader.parts(scope, window, by)) {
          for (const [index, tally] of steps) read.set(`${index} ${subject}`, tally);
        }
        assert.deepEqual(shown(read), shown(wanted), `${step} ${by} ${JSON.stringify(scope)}`);
        const whole = new Map<string, Tally>();
        for await (const { subject, steps } of usage.reader.parts(scope, window, by, { isWhole: true })) {
          if (steps.size > 0) whole.set(subject, steps.get(0)!);
        }
        assert.deepEqual(shown(whole), shown(summed(wanted)), `${step} ${by} as a whole`);
      }
    }
  }
}

function serve(usage: Usage, { who, ...request }: Sent): ServedRequest {
  const served = {
    ...{ address: '127.0.0.1', code: null, requestId: 'r', sessionId: null },
    ...{ ...request, principal: principalOf(KEYS[who]), receivedAtMs: nowMs - request.durationMs },
  };
  usage.note(served);
  return served;
}

const [one] = fc.sample(sent, { numRuns: 1, seed: 1 }) as [Sent];
const request: Sent = { ...one, who: 'key 1' };

async function requestsBy(usage: Usage, step: StepName): Promise<number[]> {
  const series = await usage.reader.series(scopeOf(SCOPES[0]!), lastSteps(step, 48, nowMs));
  return [...series.values()].map(({ requests }) => requests);
}

test('what is read of every step and dimension is what was served, whenever it is written, rolled up and restarted', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      await newAccounts();
      let usage = openUsage();
      const served: ServedRequest[] = [];
      for (const one of all) {
        if (one.act === 'serve') for (const each of one.sent) served.push(serve(usage, each));
        if (one.act === 'pass') nowMs += one.seconds * 1000;
        if (one.act === 'flush') await usage.flush();
        if (one.act === 'keepUp') await usage.keepUp();
        if (one.act === 'restart') {
          await usage.flush();
          usage = openUsage();
        }
      }
      await compare(usage, served);
      await usage.flush();
      await usage.keepUp();
      await compare(openUsage(), served);
    }),
    { numRuns: 30 },
  );
});

test('what was not written is lost with its process, and nothing is counted twice', async () => {
  await newAccounts();
  const serveSome = (usage: Usage, times: number) => {
    for (let i = 0; i < times; i++) serve(usage, request);
  };
  const first = openUsage();
  serveSome(first, 3);
  await first.flush();
  serveSome(first, 4);
  await first.flush();
  await first.flush();
  serveSome(first, 5);
  assert.deepEqual(await requestsBy(first, 'minute'), [12]);
  const second = openUsage();
  assert.deepEqual(await requestsBy(second, 'minute'), [7]);
  serveSome(second, 2);
  assert.deepEqual(await requestsBy(second, 'minute'), [9]);
  nowMs += 2 * 3_600_000;
  await second.flush();
  await second.keepUp();
  await second.keepUp();
  assert.deepEqual(await requestsBy(second, 'hour'), [9]);
});

test('a minute that is written late is in its hour and day all the same', async () => {
  await newAccounts();
  const usage = openUsage();
  const keepUp = async () => {
    await usage.flush();
    await usage.keepUp();
  };
  serve(usage, request);
  await usage.flush();
  nowMs += 86_400_000;
  await keepUp();
  nowMs -= 86_400_000;
  serve(usage, request);
  await usage.flush();
  nowMs += 86_400_000;
  await keepUp();
  for (const step of ['hour', 'day'] as const) assert.deepEqual(await requestsBy(usage, step), [2], step);
});

test('figures are deleted once they are older than they are kept, and the longer steps stay', async () => {
  await newAccounts();
  // A day after the beginning of a block, so that none is over too early.
  nowMs = (stepStart(nowMs / 1000, STEP_SECONDS.block) + STEP_SECONDS.block + STEP_SECONDS.day) * 1000;
  const usage = openUsage();
  for (const one of fc.sample(sent, { numRuns: 30, seed: 2 })) serve(usage, one);
  const kept = async () => {
    const ours = (await subjects()).map(({ id }) => id);
    const steps: KeptStep[] = [];
    for (const step of ['minute', 'hour', 'day', 'block'] as const) {
      const rows = db.selectFrom(`usage_${step}`).select('at').where('subject_id', 'in', ours).limit(1);
      if (await rows.executeTakeFirst()) steps.push(step);
    }
    return steps.join(' ');
  };
  const subjects = () =>
    db.selectFrom('usage_subject').select('id').where('account_id', 'in', accountIds).execute();
  const keepUpAfter = async (seconds: number) => {
    nowMs += seconds * 1000;
    await usage.flush();
    await usage.keepUp();
    return kept();
  };
  await usage.flush();
  assert.equal(await kept(), 'minute');
  assert.equal(await keepUpAfter(KEPT_SECONDS.minute - 3600), 'minute hour day');
  assert.equal(await keepUpAfter(7200), 'hour day');
  assert.equal(await keepUpAfter(KEPT_SECONDS.hour), 'day block');
  assert.ok((await subjects()).length > 0);
  assert.equal(await keepUpAfter(KEPT_SECONDS.day), '');
  serve(usage, request);
  await keepUpAfter(86_400 * 2);
  assert.ok((await subjects()).length <= 7, 'subjects without figures are forgotten');
});
