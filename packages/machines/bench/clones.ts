// Bare clones beside our machines, in alternating rounds: time from the start to the agent's first pong, and memory.
// A bare clone is the same template and command line without everything else: no record on disk, no cgroup, no
// identity. Prints JSON. Arguments: ROUNDS.
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { GuestLink } from '@instavm/guest';
import { machineArguments } from '../src/qemu/command-line.ts';
import { connectSocket } from '../src/qemu/connect-socket.ts';
import { spawnQemu } from '../src/qemu/engine.ts';
import { openQemuDriver } from '../src/qemu/open-qemu-driver.ts';
import { findProcesses, killProcess } from '../src/qemu/processes.ts';
import { emptyQcow2 } from '../src/qemu/qcow2.ts';
import { QmpClient } from '../src/qemu/qmp.ts';
import { restoreState } from '../src/qemu/restore.ts';

const SETTLE_MS = 1500;
const SHAPE = { memoryMb: 256, vcpuCount: 1 };

const rounds = Number(process.argv[2] ?? 9);
const dataDir = mkdtempSync(join(tmpdir(), 'instavm-clones-'));
const cacheDir = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'instavm');
const { driver, engine: keeper } = await openQemuDriver({
  dataDir,
  cacheDir,
  env: process.env,
  uid: process.getuid?.() ?? 0,
  architecture: process.arch,
  now: () => new Date(),
  clockMs: () => performance.now(),
  randomBytes: (size) => crypto.getRandomValues(Buffer.alloc(size)),
  log: () => {},
  onProgress: () => {},
});
await keeper.prepare();
const { engine, template } = await keeper.template(SHAPE);

const bare = { ms: [] as number[], pssMb: [] as number[], pingMs: [] as number[] };
const ours = { ms: [] as number[], pssMb: [] as number[] };
for (let round = 0; round < rounds; round++) {
  await bareClone(round);
  await ourMachine(round);
}
await driver.close();
keeper.close();
rmSync(dataDir, { recursive: true });
process.stdout.write(
  `${JSON.stringify({
    isolation: engine.isolation,
    rounds,
    bare: { ms: median(bare.ms), pss_mb: median(bare.pssMb), ping_ms: median(bare.pingMs) },
    ours: { ms: median(ours.ms), pss_mb: median(ours.pssMb) },
  })}\n`,
);
process.exit(0);

async function bareClone(round: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bare-'));
  const started = performance.now();
  const disk = join(folder, 'disk.qcow2');
  writeFileSync(disk, emptyQcow2(engine.image.diskMb * 1024 * 1024));
  const args = machineArguments({
    name: `bare-${round}`,
    shape: { ...SHAPE, isolation: engine.isolation },
    memoryFile: template.memory,
    shareMemory: false,
    disk: { root: engine.image.root, template: template.disk, own: disk },
    qmpSocket: join(folder, 'qmp'),
    agentSocket: join(folder, 'agent'),
    boot: null,
    runAs: null,
  });
  const { pid } = await spawnQemu(engine.qemu, {
    args,
    log: openSync(join(folder, 'log'), 'a'),
    stateFile: openSync(template.state, 'r'),
  });
  const signal = AbortSignal.timeout(20_000);
  const qmp = await QmpClient.open(await connectSocket(join(folder, 'qmp'), signal), 5000);
  const [link] = await Promise.all([
    connectSocket(join(folder, 'agent'), signal).then((socket) => GuestLink.connect(socket)),
    restoreState(qmp),
  ]);
  await link.ping();
  bare.ms.push(performance.now() - started);
  await sleep(SETTLE_MS);
  bare.pssMb.push(pssMb(pid));
  bare.pingMs.push(await link.ping());
  link.destroy();
  qmp.close();
  await killProcess(pid, `guest=bare-${round}`, 5000);
  rmSync(folder, { recursive: true });
}

async function ourMachine(round: number): Promise<void> {
  const vmId = `vm_bench${round}`;
  const started = performance.now();
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  await driver.create({ ...SHAPE, vmId, generation: 1, hostname: `bench-${round}`, expiresAt }, vmId);
  await driver.start(vmId, {});
  ours.ms.push(performance.now() - started);
  await sleep(SETTLE_MS);
  const [pid] = (await findProcesses(`guest=${vmId}`)).keys();
  ours.pssMb.push(pssMb(pid!));
  await driver.delete(vmId);
}

/** Proportional share: pages that several machines map count once among them. */
function pssMb(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)]! * 100) / 100;
}
