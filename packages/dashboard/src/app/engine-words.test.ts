import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Readiness } from '../api/types.ts';
import { engineState, machineRefusal, progressDetail } from './engine-words.ts';

const readiness = (state: Readiness['vm']['state'], isolation = 'kvm'): Readiness => ({
  ready: state === 'ready',
  database: 'ok',
  vm: { driver: 'qemu', isolation, state, progress: null, detail: null },
});

test('a machine is refused with the reason for as long as the engine is not ready', () => {
  assert.equal(machineRefusal(readiness('ready')), null);
  assert.match(machineRefusal(readiness('preparing'))!, /still being prepared/);
  assert.match(machineRefusal(readiness('unavailable'))!, /unavailable/);
});

test('an engine without isolation is never shown as good', () => {
  assert.equal(engineState(readiness('ready', 'none'), false).tone, 'warn');
  assert.equal(engineState(readiness('ready'), false).tone, 'good');
  assert.equal(engineState(readiness('ready'), true).tone, 'bad');
});

test('progress tells bytes only where they are known', () => {
  const base = { step: 2, steps: 4, title: 'Image', fraction: null, elapsed_ms: 12_900 };
  assert.equal(progressDetail({ ...base, bytes_done: null, bytes_total: null }), '12 s');
  assert.equal(progressDetail({ ...base, bytes_done: 18_400_000, bytes_total: null }), '18.4 MB · 12 s');
  assert.equal(
    progressDetail({ ...base, bytes_done: 1000, bytes_total: 2_000_000 }),
    '1 kB of 2.0 MB · 12 s',
  );
});
