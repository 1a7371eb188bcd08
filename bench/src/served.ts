// The real server process with real machines: memory with 1 key and none, with 100,000 keys and 10 machines, and a
// warm execution over HTTP. Prints JSON.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { InstaVM } from '@instavm/sdk';
import { median } from './figures.ts';
import { runForJson, serverCommand, startNode } from './process.ts';

const MACHINES = 10;
const EXECUTIONS = 40;
const SETTLE_MS = 5000;

const one = await withServer(1, async ({ pid, client }) => {
  await client.users.me();
  await sleep(SETTLE_MS);
  return { rssMb: rssMb(pid) };
});
const many = await withServer(100_000, async ({ pid, client }) => {
  const vms = [];
  for (let i = 0; i < MACHINES; i++) vms.push(await client.vms.create());
  await sleep(SETTLE_MS);
  const resident = rssMb(pid);
  const sessionId = vms[0]!.session_id;
  const run = async () => {
    const started = performance.now();
    const { stdout } = await client.execute('print(1)', { sessionId });
    if (stdout !== '1\n') throw new Error('the machine gave a wrong answer');
    return performance.now() - started;
  };
  const times: number[] = [];
  for (let i = 0; i < EXECUTIONS; i++) times.push(await run());
  for (const vm of vms) await client.vms.delete(vm.vm_id);
  return { rssMb: resident, executeMs: median(times.slice(EXECUTIONS / 4)) };
});
process.stdout.write(
  `${JSON.stringify({ one_key_rss_mb: one.rssMb, many_keys_rss_mb: many.rssMb, execute_ms: many.executeMs })}\n`,
);

async function withServer<T>(
  keyCount: number,
  work: (server: { pid: number; client: InstaVM }) => Promise<T>,
): Promise<T> {
  const { dataDir, keys } = await runForJson<{ dataDir: string; keys: string[] }>(
    'packages/server/bench/make-folder.ts',
    [String(keyCount)],
  );
  const child = startNode([...serverCommand, '--port', '0', '--data-dir', dataDir], {});
  const baseUrl = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const url = /running at (\S+)/.exec(output)?.[1];
      if (url && output.includes('Machines are')) resolve(url);
    });
  });
  try {
    return await work({ pid: child.pid!, client: new InstaVM(keys[0]!, { baseUrl }) });
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

function rssMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
