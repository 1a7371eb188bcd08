import type { QmpClient } from './qmp.ts';
import { QmpError } from './qmp-message.ts';

const commandMs = 10_000;
const stateMs = 30_000;

/** Loads a saved state from descriptor 3 and lets the machine run. */
export async function restoreState(qmp: QmpClient): Promise<void> {
  await qmp.execute('migrate-set-capabilities', { capabilities: sharedMemoryStays }, commandMs);
  const loaded = migrationEnd(qmp);
  await Promise.all([qmp.execute('migrate-incoming', { uri: 'fd:3' }, commandMs), loaded]);
  // A machine that was stopped when it was saved stays stopped.
  await qmp.execute('cont', {}, commandMs);
}

/** Stops the machine and writes its state, without its memory, to whoever listens on `socket`. */
export async function saveState(qmp: QmpClient, socket: string): Promise<void> {
  await qmp.execute('stop', {}, commandMs);
  await qmp.execute('migrate-set-capabilities', { capabilities: sharedMemoryStays }, commandMs);
  const saved = migrationEnd(qmp);
  await Promise.all([qmp.execute('migrate', { uri: `unix:${socket}` }, commandMs), saved]);
}

/** The memory is a file that both sides map, so it is not part of the stream. */
const sharedMemoryStays = [
  { capability: 'x-ignore-shared', state: true },
  { capability: 'events', state: true },
];

async function migrationEnd(qmp: QmpClient): Promise<void> {
  const ends = ['completed', 'failed', 'cancelled'];
  const event = await qmp.nextEvent(
    ({ name, data }) => name === 'MIGRATION' && ends.includes(String(data.status)),
    stateMs,
  );
  if (event.data.status !== 'completed') {
    throw new QmpError('refused', 'migrate', `the saved state could not be moved (${event.data.status})`);
  }
}
