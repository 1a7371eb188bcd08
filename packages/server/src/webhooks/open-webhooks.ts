import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Sealer } from '../auth/sealing.ts';
import type { Database } from '../db/schema.ts';
import { Dispatcher } from './dispatcher.ts';
import { Endpoints } from './endpoints.ts';
import { FanOut } from './fan-out.ts';
import type { GuardDeps } from './guarded-agents.ts';
import { Sender } from './sender.ts';
import { Verifications } from './verification.ts';

export interface WebhookWorld {
  db: Kysely<Database>;
  sealer: Sealer;
  log: Logger;
  outside: GuardDeps;
  now(): number;
  randomBytes(size: number): Uint8Array;
}

export type Webhooks = ReturnType<typeof openWebhooks>;

/** Everything of webhooks, put together; nothing is sent before the dispatcher is started. */
export function openWebhooks({ outside, ...world }: WebhookWorld) {
  const sender = new Sender(outside);
  const dispatcher: Dispatcher = new Dispatcher({
    ...world,
    sender,
    disable: (id, reason) => endpoints.disable(id, reason),
  });
  const endpointsDeps = { ...world, reach: outside.reach, changed: dispatcher.changed.bind(dispatcher) };
  const endpoints = new Endpoints(endpointsDeps);
  return {
    endpointsDeps,
    endpoints,
    verifications: new Verifications({ ...endpointsDeps, sender, endpoints }),
    dispatcher,
    fanOut: new FanOut({ ...world, wake: dispatcher.wake.bind(dispatcher) }),
  };
}
