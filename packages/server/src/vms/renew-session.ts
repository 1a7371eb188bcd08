import type { sessions } from '@instavm/contract';
import type { z } from 'zod';
import type { Actor } from '../db/feed.ts';
import { refuseBeyond } from './choose-times.ts';
import type { Machines } from './machines.ts';
import { lifetimeMaxSeconds } from './session-end.ts';
import type { Machine } from './store.ts';

/** Null when it has ended. Throws ValidationError for a lifetime that no renewal can give. */
export type RenewSession = (
  actor: Actor,
  machine: Machine,
  asked: z.output<typeof sessions.renew.request.body>,
) => Promise<Machine | null>;

/** The bound is that of its start: a setting that was changed since holds for machines made since. */
export function renewSession({ machines }: { machines: Machines }): RenewSession {
  return async (actor, { vm, session }, asked) => {
    const max = { seconds: lifetimeMaxSeconds(vm), from: session.lifetime_max_from ?? ('server' as const) };
    refuseBeyond(asked, max, session.environment);
    return machines.renew(actor, vm.id, {
      lifetimeSeconds: asked.vm_lifetime_seconds ?? null,
      idleTimeoutSeconds: asked.idle_timeout_seconds ?? null,
    });
  };
}
