import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { TestScope } from './folder.ts';

/** Locks a database file on a connection and a thread of its own, as another process would. */
export async function lockedElsewhere(t: TestScope, file: string) {
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     const { DatabaseSync } = require('node:sqlite');
     const database = new DatabaseSync(workerData);
     database.exec('pragma busy_timeout = 5000; begin exclusive');
     parentPort.on('message', () => { database.exec('rollback'); database.close(); process.exit(); });
     parentPort.postMessage('locked');`,
    { eval: true, workerData: file },
  );
  t.after(async () => void (await worker.terminate()));
  await once(worker, 'message');
  return {
    async release() {
      const ended = once(worker, 'exit');
      worker.postMessage('release');
      await ended;
    },
  };
}
