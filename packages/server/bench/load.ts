// How long a data folder takes to open, and what its keys take in memory. Argument: the folder; Node needs
// --expose-gc. Prints JSON.
import { performance } from 'node:perf_hooks';
import { openCore } from '../src/core.ts';
import { world } from './seed.ts';

const started = performance.now();
const core = await openCore(process.argv[2]!, world);
const ms = performance.now() - started;
const residentAtOnceMb = process.memoryUsage.rss() / 1024 ** 2;
for (let i = 0; i < 3; i++) globalThis.gc!();
const { heapUsed, external, rss } = process.memoryUsage();
process.stdout.write(
  `${JSON.stringify({ keys: core.index.size, ms, rss_peak_mb: residentAtOnceMb, bytes: heapUsed + external, rss })}\n`,
);
await core.close();
