import { setTimeout as sleep } from 'node:timers/promises';
import {
  AuthenticationError,
  type InstaVM,
  InstaVMError,
  NetworkError,
  type RotatedApiKey,
} from '@instavm/sdk';
import type { Context } from '../../command.ts';
import { exactTime } from '../../output/time.ts';
import { lastUseInWords, nameOf } from './words.ts';

type Policy = 'on_first_use' | 'at' | 'now';

/** How the wait for the new key's first call ended. */
type Wait =
  | { outcome: 'seen'; at: string | null; words: string | null }
  /** Somebody undid the rotation or revoked the new key meanwhile. */
  | { outcome: 'ended'; status: string }
  | { outcome: 'deadline' }
  /** The key in force may not look. */
  | { outcome: 'unknown'; why: string };

const POLL_MS = 1000;

/** The steps of a rotation, one after the other, on stderr: made, put in place, seen working, old key ended. */
export async function guideThrough(
  context: Context,
  client: InstaVM,
  rotated: RotatedApiKey,
  policy: Policy,
  waits: boolean,
): Promise<void> {
  const { note, json } = context;
  for (const line of firstSteps(rotated)) note(line);
  if (!waits || policy === 'now') {
    for (const line of lastSteps(rotated, policy, context.io.now())) note(line);
    return;
  }
  const wait = await waitForFirstUse(context, client, rotated);
  if (json) context.printJson({ id: rotated.id, previous: { id: rotated.previous.id }, wait });
  for (const line of afterWait(wait, rotated, policy, context.io.now())) note(line);
}

function firstSteps(rotated: RotatedApiKey): string[] {
  return [
    `1. New key made: ${nameOf(rotated)}, ${rotated.key_prefix}…, with the same rights, limits and expiry. It is shown this once.`,
    '2. Put it in place wherever the old one is used, for example',
    '     export INSTAVM_API_KEY="$NEW_KEY"',
    '     printf %s "$NEW_KEY" | instavm auth set-key',
  ];
}

function lastSteps({ id, previous }: RotatedApiKey, policy: Policy, nowMs: number): string[] {
  if (policy === 'now') {
    return [
      `3. See it working: instavm keys show ${id}`,
      `4. The old key ${previous.id} has ended at ${previous.ends_at}.`,
    ];
  }
  const end = exactTime(previous.ends_at, nowMs);
  return [
    `3. See it working: instavm keys show ${id}`,
    policy === 'at'
      ? `4. The old key ${previous.id} ends at ${end}; until then both work.`
      : `4. The old key ${previous.id} ends when the new one first works, at ${end} at the latest.`,
    `Until the new key is used: instavm keys undo-rotation ${previous.id}`,
  ];
}

async function waitForFirstUse(context: Context, client: InstaVM, rotated: RotatedApiKey): Promise<Wait> {
  const { io, note } = context;
  const undo = `instavm keys undo-rotation ${rotated.previous.id}`;
  note(
    `3. Waiting for the first call with the new key. Ctrl-C ends only the waiting; to take it back: ${undo}`,
  );
  try {
    return await context.progress('Waiting for the first call', () => poll(context, client, rotated));
  } catch (error) {
    if (io.signal.aborted) {
      note(
        `The rotation goes on: the old key ends as agreed. See it working: instavm keys show ${rotated.id}`,
      );
    }
    throw error;
  }
}

async function poll({ io }: Context, client: InstaVM, { id, previous }: RotatedApiKey): Promise<Wait> {
  const deadlineMs = Date.parse(previous.ends_at);
  for (;;) {
    try {
      const key = await client.apiKeys.get(id, { signal: io.signal });
      const { last_used: use, status } = key;
      if (use) return { outcome: 'seen', at: use.at, words: lastUseInWords(use, io.now()) };
      if (status !== 'active') return { outcome: 'ended', status };
    } catch (error) {
      // The key in force is the old one, and it has just ended: the new one was used.
      if (error instanceof AuthenticationError && error.code === 'key_rotated') {
        return { outcome: 'seen', at: null, words: null };
      }
      // A server that restarts is waited for.
      if (!(error instanceof NetworkError)) {
        if (!(error instanceof InstaVMError) || error instanceof AuthenticationError) throw error;
        return { outcome: 'unknown', why: error.detail };
      }
    }
    if (io.now() >= deadlineMs) return { outcome: 'deadline' };
    await sleep(POLL_MS, undefined, { signal: io.signal });
  }
}

function afterWait(wait: Wait, { id, previous }: RotatedApiKey, policy: Policy, nowMs: number): string[] {
  if (wait.outcome === 'ended') {
    return [
      `   The new key is ${wait.status}: somebody took the rotation back. The old key ${previous.id} stays.`,
    ];
  }
  if (wait.outcome === 'unknown') {
    return [
      `   Not to be seen with this key: ${wait.why}`,
      ...lastSteps({ id, previous } as RotatedApiKey, policy, nowMs).slice(1),
    ];
  }
  if (wait.outcome === 'deadline') {
    return [
      `   The new key was not used in time.`,
      `4. The old key ${previous.id} has ended at ${previous.ends_at}.`,
    ];
  }
  const seen = `   Seen working${wait.words ? `: ${wait.words}` : ''}.`;
  return policy === 'at'
    ? [
        seen,
        `4. The old key ${previous.id} ends at ${exactTime(previous.ends_at, nowMs)}; until then both work.`,
      ]
    : [seen, `4. The old key ${previous.id} has ended.`];
}
