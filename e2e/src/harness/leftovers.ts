import { readdir, readFile } from 'node:fs/promises';
import { until } from './until.ts';

/**
 * Ends the machines that a test server left running, found by its data folder on their command line: the
 * product leaves machines running by design, a test must not.
 */
export async function endProcessesOf(dataDir: string): Promise<void> {
  for (const pid of await processesOf(dataDir)) kill(pid);
  await until(
    'the machines of a removed server end',
    async () => (await processesOf(dataDir)).length === 0 || undefined,
  );
}

/** Process ids whose command line names the folder; only Linux tells. */
export async function processesOf(dataDir: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(async (name) => {
        const commandLine = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
        return commandLine.includes(dataDir) ? Number(name) : undefined;
      }),
  );
  return found.filter((pid) => pid !== undefined);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}
