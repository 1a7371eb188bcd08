// CPU time of one check of a key, in process, out of 100,000 keys. Prints JSON: microseconds, medians of rounds.
import { rmSync } from 'node:fs';
import { authenticator } from '../src/auth/authenticate.ts';
import { openCore } from '../src/core.ts';
import { seedKeys, world } from './seed.ts';

const ROUNDS = 9;
const CHECKS = 100_000;

const { dataDir, keys } = await seedKeys(Number(process.argv[2] ?? 100_000));
const core = await openCore(dataDir, world);
const authenticate = authenticator(core.index, core.peppers, Date.now);
const good = keys;
const garbage = keys.map((key) => key.slice(0, 40));
const badChecksum = keys.map((key) => `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`);

const result = {
  keys: core.index.size,
  verify_us: median(good, true),
  garbage_us: median(garbage, false),
  bad_checksum_us: median(badChecksum, false),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
await core.close();
rmSync(dataDir, { recursive: true });

function median(texts: string[], accepted: boolean): number {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => {
    const before = process.cpuUsage();
    for (let i = 0; i < CHECKS; i++) {
      const text = texts[i % texts.length]!;
      if (authenticate(text, 'x-api-key').ok !== accepted) throw new Error('the check gave the wrong answer');
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / CHECKS;
  });
  return rounds.slice(1).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}
