// How fast `instavm keys scan` reads, beside two floors over the same files in alternating rounds: reading and one
// Buffer.indexOf, and `grep -c` where there is one. Prints JSON. Arguments: MEGABYTES ROUNDS.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintKey } from '@instavm/keyformat';
import { Results } from '../src/scan/finding.ts';
import { FileScanner } from '../src/scan/scan-files.ts';

const megabytes = Number(process.argv[2] ?? 256);
const rounds = Number(process.argv[3] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'instavm-scan-'));
const files = makeFiles();
const times: Record<'scan' | 'floor' | 'grep', { wall: number[]; cpu: number[] }> = {
  scan: { wall: [], cpu: [] },
  floor: { wall: [], cpu: [] },
  grep: { wall: [], cpu: [] },
};
let bytes = 0;
let found = 0;
try {
  readAll();
  for (let round = 0; round < rounds; round++) {
    await measure('scan', async () => {
      const results = new Results();
      await new FileScanner(results, new AbortController().signal).scan(folder);
      bytes = results.bytes;
      found = results.findings.length;
    });
    await measure('floor', async () => readAll());
    await measure('grep', async () => {
      spawnSync('grep', ['-rc', 'instavm_s', folder], { env: { ...process.env, LC_ALL: 'C' } });
    });
  }
} finally {
  rmSync(folder, { recursive: true });
}
const rate = (seconds: number[]) => Math.round(bytes / median(seconds) / 1e6);
process.stdout.write(
  `${JSON.stringify({
    bytes,
    files: files.length,
    found,
    rounds,
    seconds: median(times.scan.wall),
    mb_per_second: rate(times.scan.wall),
    mb_per_cpu_second: rate(times.scan.cpu),
    floor_mb_per_second: rate(times.floor.wall),
    grep_mb_per_second: rate(times.grep.wall),
  })}\n`,
);

/** Three quarters text, as a repository holds, in files of 1 MB; a quarter binary. One key in every hundredth. */
function makeFiles(): string[] {
  const words =
    'const path = join(root, packages); // where each part is; vm_id, whsec, instavm_settings'.split(' ');
  const lines = Array.from({ length: 997 }, (_, at) => words.slice(at % 7, 4 + (at % 11)).join(' '));
  const text = Buffer.from(`${lines.join('\n')}\n`.repeat(60));
  const binary = randomBytes(1_000_000);
  return Array.from({ length: megabytes }, (_, at) => {
    const inside = join(folder, `d${at % 16}`);
    mkdirSync(inside, { recursive: true });
    const content = Buffer.from((at % 4 === 0 ? binary : text).subarray(0, 1_000_000));
    if (at % 100 === 0) content.write(mintKey(randomBytes), 500_000);
    writeFileSync(join(inside, `f${at}`), content);
    return join(inside, `f${at}`);
  });
}

function readAll(): void {
  const buffer = Buffer.allocUnsafeSlow(256 * 1024);
  for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const file = openSync(join(name.parentPath, name.name), 'r');
    for (let count = 1; count > 0; ) {
      count = readSync(file, buffer);
      buffer.subarray(0, count).indexOf('instavm_s');
    }
    closeSync(file);
  }
}

async function measure(name: keyof typeof times, work: () => Promise<void>): Promise<void> {
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  await work();
  times[name].wall.push((performance.now() - began) / 1000);
  const { user, system } = process.cpuUsage(cpu);
  times[name].cpu.push((user + system) / 1e6);
}

function median(values: number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
