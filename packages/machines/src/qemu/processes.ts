import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Words of a process's command line; null when it is gone, or gone but not yet reaped. */
export async function commandLine(pid: number): Promise<string[] | null> {
  try {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    // A process that has ended and waits for its parent has an empty command line.
    return text === '' ? null : text.split('\0').slice(0, -1);
  } catch {
    return null;
  }
}

/** Every running process whose command line holds `text`, by process id. */
export async function findProcesses(text: string): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  await Promise.all(
    pids.map(async (pid) => {
      const words = pid === process.pid ? null : await commandLine(pid);
      if (words?.some((word) => word.includes(text))) found.set(pid, words);
    }),
  );
  return found;
}

/**
 * Ends a process for good and waits until it is gone. Signals only a process whose command line holds
 * `text`: process ids are used again. Answers false when it is still there after the deadline.
 */
export async function killProcess(pid: number, text: string, timeoutMs: number): Promise<boolean> {
  if (!(await isRunning(pid, text))) return true;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  return waitUntilGone(pid, text, timeoutMs);
}

/** The kernel has no event for the end of a process that is not our child, so this looks every few ms. */
export async function waitUntilGone(pid: number, text: string, timeoutMs: number): Promise<boolean> {
  for (let waitedMs = 0; ; waitedMs += 3) {
    if (!(await isRunning(pid, text))) return true;
    if (waitedMs >= timeoutMs) return false;
    await delay(3);
  }
}

async function isRunning(pid: number, text: string): Promise<boolean> {
  const words = await commandLine(pid);
  return words?.some((word) => word.includes(text)) ?? false;
}
