import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf, NO_RATES, vmCost } from './cost.ts';

test('an hour of two processors and half a GiB is two hours of processor and half an hour of GiB, each at its rate', () => {
  const cost = vmCost({ memoryMb: 512, vcpuCount: 2 }, 3600, { cpuPerSecond: 0.01, ramGibPerSecond: 0.001 });
  assert.deepEqual(cost, { cpu_hours: 2, ram_gib_hours: 0.5, cost_dollars: 72 + 1.8 });
});

test('no rates cost nothing, and the figures of use stay', () => {
  assert.deepEqual(vmCost({ memoryMb: 1024, vcpuCount: 1 }, 1800, NO_RATES), {
    cpu_hours: 0.5,
    ram_gib_hours: 0.5,
    cost_dollars: 0,
  });
});

test('the cost of a sum is the sum of the costs', () => {
  const rates = { cpuPerSecond: 0.5, ramGibPerSecond: 0.25 };
  const [a, b] = [
    vmCost({ memoryMb: 256, vcpuCount: 1 }, 8, rates),
    vmCost({ memoryMb: 2048, vcpuCount: 4 }, 3, rates),
  ];
  const both = costOf({ coreSeconds: 8 + 12, mibSeconds: 8 * 256 + 3 * 2048 }, rates);
  assert.equal(both.cost_dollars, a.cost_dollars + b.cost_dollars);
});
