import type { Core } from '../core.ts';
import type { Actor } from '../db/feed.ts';
import { OperatorError } from './operator-error.ts';

/** Forgets a version of the pepper, or says why not. */
export async function retirePepper(
  { pepperKeeper }: Pick<Core, 'pepperKeeper'>,
  actor: Actor,
  { version, force }: { version: number; force: number | null },
): Promise<{ version: number; ended_keys: number; entries: string | null }> {
  const outcome = await pepperKeeper.retire(actor, version, force);
  if (outcome.refused === null) {
    return { version, ended_keys: outcome.endedKeys, entries: outcome.entries };
  }
  const { liveKeys } = outcome;
  const says = {
    unknown: `There is no version ${version} of the pepper. See: pepper status.`,
    current: `Version ${version} is the one that new keys use; make the next one first: pepper rotate.`,
    in_use: `${liveKeys} live API ${liveKeys === 1 ? 'key is' : 'keys are'} still on version ${version} and would be lost: each moves on at its next use. To end them with it, give --force ${liveKeys}.`,
    other_count: `${liveKeys} live API ${liveKeys === 1 ? 'key is' : 'keys are'} on version ${version}, not ${force}. Nothing was changed.`,
  };
  throw new OperatorError(says[outcome.refused]);
}
