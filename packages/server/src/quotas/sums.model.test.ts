import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertSumsAreRows, storedUse } from '../testing/raw-use.ts';
import { startServer, type TestKey, type TestPerson, type TestServer, testKey } from '../testing/server.ts';
import { until } from '../testing/until.ts';
import { testWorld } from '../testing/world.ts';
import { reconcile, sweepExpired } from '../vms/reconcile.ts';

const HOUR_MS = 3_600_000;

type Act =
  | { do: 'create'; key: number; seconds: number; memoryMb: number }
  | { do: 'end' | 'vanish'; machine: number }
  | { do: 'renew'; machine: number; seconds: number }
  | { do: 'run'; machine: number; key: number; later: boolean }
  | { do: 'rotate'; key: number }
  | { do: 'quota'; key: number; machines: number | null; seconds: number | null; executions: number | null }
  | { do: 'pass'; hours: number }
  | { do: 'restart' };

const which = fc.nat({ max: 50 });
/** Longer than the story takes, so that none ends by itself between two looks at it. */
const life = fc.integer({ min: 600, max: 86_400 });
const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      key: which,
      seconds: life,
      // The largest does not fit beside others, so that some fail to start.
      memoryMb: fc.constantFrom(128, 256, 8192),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), machine: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('vanish' as const), machine: which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('renew' as const), machine: which, seconds: life }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      machine: which,
      key: which,
      later: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rotate' as const), key: which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('quota' as const),
      key: which,
      machines: fc.option(fc.integer({ min: 1, max: 6 })),
      seconds: fc.option(fc.integer({ min: 100, max: 200_000 })),
      executions: fc.option(fc.integer({ min: 1, max: 8 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      hours: fc.double({ min: 0.001, max: 200, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

interface Key extends TestKey {
  first: number;
}

/** Whatever happens, figures are the rows, executions those that ran, and nothing was granted beyond a quota. */
class Story {
  server!: TestServer;
  person!: TestPerson;
  /** Under the quotas of the account alone; a sign-in would end when weeks pass. */
  manager!: TestKey;
  readonly world = testWorld();
  readonly keys: Key[] = [];
  readonly machines: { vm_id: string; session_id: string }[] = [];
  readonly ran: Record<string, number> = {};
  granted = 0;
  refused = 0;

  async act(t: Parameters<typeof startServer>[0], act: Act): Promise<void> {
    const { server } = this;
    if (act.do === 'create') await this.#create(act);
    if (act.do === 'end')
      await this.#onMachine(act.machine, (vm) => this.#ask('DELETE', `/v1/vms/${vm.vm_id}`));
    if (act.do === 'vanish') {
      await this.#onMachine(act.machine, ({ vm_id: vmId }) =>
        server.deps.host.apply({
          ...{ verb: 'delete', opKey: `outside:${vmId}`, epoch: 1, vmId, generation: 1, reason: 'test' },
        }),
      );
      await reconcile(server.deps, { atStart: false });
    }
    if (act.do === 'renew') {
      await this.#onMachine(act.machine, async ({ session_id: id }) => {
        const json = { vm_lifetime_seconds: act.seconds };
        const answer = await this.#ask('POST', `/v1/sessions/session/${id}/renew`, { json });
        this.#count(answer.status, [200, 410, 422]);
      });
    }
    if (act.do === 'run') await this.#run(act);
    if (act.do === 'rotate') {
      const key = this.#keyAt(act.key);
      const json = { policy: 'at', at: new Date(this.world.now() + 400 * 24 * HOUR_MS).toISOString() };
      const answer = await this.#ask('POST', `/v1/api-keys/${key.id}/rotate`, { json });
      if (answer.status === 201) this.keys.push({ ...testKey(answer.json), first: key.first });
    }
    if (act.do === 'quota') {
      const { machines, seconds, executions } = act;
      const json = { quota_machines: machines, quota_vm_seconds: seconds, quota_executions: executions };
      const answer = await this.#ask('PATCH', `/v1/api-keys/${this.#keyAt(act.key).id}`, { json });
      assert.equal(answer.status, 200, answer.text);
    }
    if (act.do === 'pass') {
      this.world.advance(act.hours * HOUR_MS);
      await sweepExpired(server.deps);
    }
    if (act.do === 'restart') {
      await server.close();
      this.server = await startServer(t, { dataDir: server.dataDir, world: this.world });
    }
  }

  async check(): Promise<void> {
    const { db } = this.server.deps;
    await assertSumsAreRows(db);
    assert.deepEqual((await storedUse(db)).executions, this.ran);
    for (const key of this.keys) {
      const { quotas } = (await this.server.ask('GET', '/v1/whoami', { key: key.text })).json.limits;
      const chain = this.keys.filter(({ first }) => first === key.first).map(({ id }) => id);
      const living = db.selectFrom('vm').select('id').where('ended_at', 'is', null);
      const mine = quotas.machines.of === 'account' ? living : living.where('api_key_id', 'in', chain);
      assert.equal(quotas.machines.used, (await mine.execute()).length);
    }
  }

  async #create({ key: at, seconds, memoryMb }: Act & { do: 'create' }): Promise<void> {
    const key = this.#keyAt(at);
    const json = { vm_lifetime_seconds: seconds, memory_mb: memoryMb };
    const answer = await this.server.ask('POST', '/v1/vms', { key: key.text, json });
    if (answer.status === 201) this.machines.push(answer.json);
    this.#count(answer.status, [201, 503]);
    if (answer.status !== 201) return;
    const { quotas } = (await this.server.ask('GET', '/v1/whoami', { key: key.text })).json.limits;
    for (const quota of ['machines', 'vm_seconds']) {
      assert.ok(quotas[quota].used <= quotas[quota].limit, `${quota}: ${JSON.stringify(quotas[quota])}`);
    }
  }

  async #run({ machine, key: at, later }: Act & { do: 'run' }): Promise<void> {
    const key = this.#keyAt(at);
    await this.#onMachine(machine, async ({ session_id }) => {
      const month = new Date(this.world.now()).toISOString().slice(0, 7);
      const json = { session_id, command: 'print(1)' };
      const path = later ? '/execute_async' : '/execute';
      const answer = await this.server.ask('POST', path, { key: key.text, json });
      this.#count(answer.status, [200, 202, 410]);
      if (answer.status >= 300) return;
      // One whose machine is ended before it begins is given back, which is tried elsewhere.
      if (later) {
        const task = `/v1/executions/${answer.json.task_id}`;
        await until(async () => (await this.#ask('GET', task)).json.is_complete);
      }
      for (const id of [0, key.first]) {
        const place = `${this.person.accountId} ${id} ${month}`;
        this.ran[place] = (this.ran[place] ?? 0) + 1;
      }
    });
  }

  #count(status: number, wanted: number[]): void {
    if (status === 429) this.refused += 1;
    else assert.ok(wanted.includes(status), String(status));
    if (status < 300) this.granted += 1;
  }

  #keyAt(number: number): Key {
    return this.keys[number % this.keys.length]!;
  }

  async #onMachine(number: number, work: (vm: Story['machines'][number]) => Promise<unknown>) {
    // The newest are the likeliest to live.
    const machine = this.machines.at(-1 - (number % Math.max(1, Math.min(6, this.machines.length))));
    if (machine) await work(machine);
  }

  #ask(method: string, path: string, { json }: { json?: unknown } = {}) {
    return this.server.ask(method, path, { key: this.manager.text, ...(json ? { json } : {}) });
  }
}

test('model: whatever is made, renewed, ended, lost, rotated and restarted, figures are what the rows say', async (t) => {
  const total = { granted: 0, refused: 0, acts: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { minLength: 60, maxLength: 90, size: 'max' }), async (story) => {
      const told = new Story();
      told.server = await startServer(t, { world: told.world });
      told.person = await told.server.person('Ada');
      told.manager = await told.person.key();
      for (let n = 0; n < 3; n++) {
        const key = await told.person.key({ quota_machines: 2, quota_executions: 3 });
        told.keys.push({ ...key, first: key.id });
      }
      for (const [n, act] of story.entries()) {
        await told.act(t, act);
        if (n % 8 === 0) await told.check();
      }
      await told.check();
      await told.server.close();
      total.granted += told.granted;
      total.refused += told.refused;
      total.acts += story.length;
    }),
    { numRuns: 4, endOnFailure: true },
  );
  assert.ok(total.granted > 30 && total.refused > 3, `control: ${JSON.stringify(total)}`);
  t.diagnostic(JSON.stringify(total));
});
