import type { VmHost } from '@instavm/machines';
import { actorOf } from '../http/context.ts';
import type { StartMachine } from '../sessions/routes/create-session.ts';
import type { Machines } from './machines.ts';
import { createFailure, machineRequest, requireEngine } from './request.ts';

/** Makes a machine for a session and waits until it runs. */
export function startMachine(deps: { host: VmHost; machines: Machines }): StartMachine {
  return async (context, fields) => {
    await requireEngine(deps.host);
    const { started } = await deps.machines.create(actorOf(context), machineRequest(context, fields));
    return started.catch((error: unknown) => {
      throw createFailure(error);
    });
  };
}
