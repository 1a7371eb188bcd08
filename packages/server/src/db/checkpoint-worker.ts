import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';

/** Often, so that each has little to copy; with nothing to copy it costs a few microseconds. */
const EVERY_MS = 200;

const sqlite = new DatabaseSync((workerData as { file: string }).file);
// PASSIVE waits for nobody and makes nobody wait; what it could not copy is copied the next time.
const checkpoint = sqlite.prepare('PRAGMA wal_checkpoint(PASSIVE)');
setInterval(() => checkpoint.get(), EVERY_MS);
