import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { authenticator } from '../auth/authenticate.ts';
import { steadyClock } from '../clock.ts';
import { type Core, openCore } from '../core.ts';
import type { Actor } from '../db/feed.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { testWorld } from '../testing/world.ts';
import { endDueKeys } from './due.ts';
import { NO_KEY_BOUNDS } from './new-key.ts';

const OPERATOR: Actor = { type: 'operator', id: 'test', address: null, requestId: null };
const MINUTE_MS = 60_000;

/** What one would expect of one key, as plainly as it can be written. */
interface Expected {
  text: string;
  id: number;
  end: 'key_revoked' | 'key_expired' | 'key_rotated' | null;
  isDisabled: boolean;
  expiresAtMs: number | null;
  rotation: { endsAtMs: number; endsOnUse: boolean; successor: Expected } | null;
  predecessor: Expected | null;
  wasUsed: boolean;
}

/** The server in so far as keys are concerned, started anew as often as the model wants. */
class Real {
  core!: Core;
  wallMs = Date.parse('2030-01-01T00:00:00Z');
  monotonicMs = 0;
  now = () => 0;
  readonly #dataDir: string;
  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }
  async start() {
    this.now = steadyClock(
      () => this.wallMs,
      () => this.monotonicMs,
    );
    this.core = await openCore(this.#dataDir, { ...testWorld(), now: this.now });
  }
  async restart() {
    await this.core.close();
    await this.start();
  }
  /** As a request does: check, then note the first use of a successor. */
  async use(text: string): Promise<string> {
    const { index, tokens, peppers, keys } = this.core;
    const result = authenticator({ index, tokens, peppers, now: this.now })(text, 'x-api-key');
    if (!result.ok) return result.code;
    if (result.principal.key.awaitsFirstUse) await keys.noteFirstUse(result.principal.keyId);
    return 'accepted';
  }
}

function settle(key: Expected, nowMs: number): Expected['end'] {
  const isOver = (endMs: number | null | undefined) =>
    endMs !== null && endMs !== undefined && nowMs >= endMs;
  if (key.end === null && isOver(key.rotation?.endsAtMs)) key.end = 'key_rotated';
  if (key.end === null && isOver(key.expiresAtMs)) key.end = 'key_expired';
  return key.end;
}

type Step =
  | { act: 'create'; lifeMinutes: number | null }
  | { act: 'rotate'; which: number; policy: 'on_first_use' | 'at' | 'now'; minutes: number }
  | { act: 'undo' | 'disable' | 'enable' | 'revoke' | 'use'; which: number }
  | { act: 'wait' | 'clock forward' | 'clock back'; minutes: number }
  | { act: 'restart' };

const which = fc.nat({ max: 20 });
const minutes = fc.integer({ min: 1, max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ act: fc.constant('create' as const), lifeMinutes: fc.option(minutes) }),
  fc.record({
    act: fc.constant('rotate' as const),
    which,
    policy: fc.constantFrom('on_first_use' as const, 'at' as const, 'now' as const),
    minutes,
  }),
  fc.record({ act: fc.constantFrom('undo' as const, 'disable' as const, 'enable' as const), which }),
  fc.record({ act: fc.constantFrom('revoke' as const, 'use' as const, 'use' as const), which }),
  fc.record({
    act: fc.constantFrom('wait' as const, 'clock forward' as const, 'clock back' as const),
    minutes,
  }),
  fc.constant({ act: 'restart' as const }),
);

/** @returns what the act should give: null for success, else the code of the refusal. */
function expect(
  keys: Expected[],
  given: Step,
  nowMs: number,
): { key: Expected | undefined; refusal: string | null } {
  const key = 'which' in given ? keys[given.which % Math.max(keys.length, 1)] : undefined;
  if (!key) return { key, refusal: null };
  const end = settle(key, nowMs);
  if (given.act === 'rotate') {
    if (end) return { key, refusal: 'key_not_editable' };
    const isOpen = key.predecessor !== null && !key.wasUsed && key.predecessor.end === null;
    return { key, refusal: key.rotation || isOpen ? 'rotation_conflict' : null };
  }
  if (given.act === 'undo') {
    const canUndo = key.rotation !== null && end === null && !key.rotation.successor.wasUsed;
    return { key, refusal: canUndo ? null : 'rotation_conflict' };
  }
  if (given.act === 'disable' || given.act === 'enable') return { key, refusal: end ? 'ended' : null };
  if (given.act === 'use') return { key, refusal: end ?? (key.isDisabled ? 'key_disabled' : null) };
  return { key, refusal: null };
}

async function carryOut(real: Real, keys: Expected[], given: Step): Promise<void> {
  const nowMs = real.now();
  for (const key of keys) settle(key, nowMs);
  const { key, refusal } = expect(keys, given, nowMs);
  const ring = real.core.keys;
  const inMinutes = (count: number) => new Date(nowMs + count * MINUTE_MS).toISOString();
  switch (given.act) {
    case 'create': {
      const expires = given.lifeMinutes === null ? null : inMinutes(given.lifeMinutes);
      keys.push(await make(real, expires));
      return;
    }
    case 'rotate': {
      if (!key) return;
      const policy = { policy: given.policy, at: given.policy === 'now' ? null : inMinutes(given.minutes) };
      const from = { created_from_address: null, created_from_client: null };
      const rotated = await codeOf(() => ring.rotate(OPERATOR, key.id, policy, from));
      assert.equal(rotated.code, refusal);
      if (!rotated.value) return;
      const askedMs = nowMs + (given.policy === 'now' ? 0 : given.minutes * MINUTE_MS);
      const { row, fullKey } = rotated.value;
      const successor = expected(fullKey, row.id, key.expiresAtMs, key);
      const endsAtMs = Math.min(askedMs, key.expiresAtMs ?? askedMs);
      key.rotation = { endsAtMs, endsOnUse: given.policy === 'on_first_use', successor };
      if (given.policy === 'now') key.end = 'key_rotated';
      keys.push(successor);
      return;
    }
    case 'undo': {
      if (!key) return;
      const undone = await codeOf(() => ring.undoRotation(OPERATOR, key.id));
      assert.equal(undone.code, refusal);
      if (refusal) return;
      key.rotation!.successor.end ??= 'key_revoked';
      key.rotation = null;
      return;
    }
    case 'disable':
    case 'enable': {
      if (!key) return;
      // What has run out by itself is ended by a chore within a second; here it has run.
      await endDueKeys({ ...real.core, now: real.now });
      const row = await ring.setDisabled(OPERATOR, key.id, given.act === 'disable');
      assert.equal(row === undefined ? 'ended' : null, refusal);
      if (row) key.isDisabled = given.act === 'disable';
      return;
    }
    case 'revoke': {
      if (!key) return;
      await ring.end(OPERATOR, [key.id], 'revoked');
      key.end = 'key_revoked';
      return;
    }
    case 'use': {
      if (!key) return;
      assert.equal(await real.use(key.text), refusal ?? 'accepted');
      if (refusal) return;
      const isFirst = !key.wasUsed;
      key.wasUsed = true;
      const old = key.predecessor;
      if (isFirst && old?.rotation?.successor === key && old.rotation.endsOnUse) old.end ??= 'key_rotated';
      return;
    }
    case 'wait':
      real.wallMs += given.minutes * MINUTE_MS;
      real.monotonicMs += given.minutes * MINUTE_MS;
      return;
    case 'clock forward':
      real.wallMs += given.minutes * MINUTE_MS;
      return;
    case 'clock back':
      await endDueKeys({ ...real.core, now: real.now });
      real.wallMs -= given.minutes * MINUTE_MS;
      return;
    case 'restart':
      await endDueKeys({ ...real.core, now: real.now });
      await real.restart();
      return;
  }
}

async function make(real: Real, expires_at: string | null): Promise<Expected> {
  const { row, fullKey } = await real.core.keys.create(OPERATOR, {
    account_id: 1,
    person_id: 1,
    service_account_id: null,
    ...{
      label: null,
      description: null,
      environment: null,
      scopes: '["full"]',
      owner: null,
      not_before: null,
    },
    ...{ expires_at, idle_expiry_days: null, allowed_cidrs: '[]', ...NO_KEY_BOUNDS },
    ...{ created_from_address: null, created_from_client: null },
  });
  return expected(fullKey, row.id, expires_at === null ? null : Date.parse(expires_at), null);
}

function expected(
  text: string,
  id: number,
  expiresAtMs: number | null,
  predecessor: Expected | null,
): Expected {
  return { text, id, end: null, isDisabled: false, expiresAtMs, rotation: null, predecessor, wasUsed: false };
}

async function codeOf<T>(work: () => Promise<T>): Promise<{ value?: T; code: string | null }> {
  try {
    return { value: await work(), code: null };
  } catch (error) {
    return { code: (error as { code: string }).code };
  }
}

test('model: whatever happens to keys, each is accepted or refused as the plain rules say, and so after each restart', async (t) => {
  const real = new Real(temporaryFolder(t));
  await real.start();
  const person = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };
  await real.core.people.create(OPERATOR, person);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const keys = [await make(real, null)];
      for (const given of steps) {
        await carryOut(real, keys, given);
        check(real, keys);
      }
      await endDueKeys({ ...real.core, now: real.now });
      await real.restart();
      check(real, keys);
    }),
    { numRuns: 60 },
  );
  await real.core.close();
});

/** Looks at every key without using it. */
function check(real: Real, keys: Expected[]): void {
  const { index, tokens, peppers } = real.core;
  const authenticate = authenticator({ index, tokens, peppers, now: real.now });
  for (const key of keys) {
    const result = authenticate(key.text, 'x-api-key');
    const end = settle(key, real.now());
    assert.equal(
      result.ok ? null : result.code,
      end ?? (key.isDisabled ? 'key_disabled' : null),
      `key ${key.id}`,
    );
  }
}
