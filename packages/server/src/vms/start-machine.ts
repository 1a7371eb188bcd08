import type { VmHost } from '@instavm/machines';
import type { Owners } from '../auth/owners.ts';
import { actorOf } from '../http/context.ts';
import type { StartMachine } from '../sessions/routes/create-session.ts';
import type { Machines } from './machines.ts';
import { createFailure, machineRequest, requireEngine } from './request.ts';

/** Makes a machine for a session and waits until it runs. */
export function startMachine(deps: { host: VmHost; machines: Machines; owners: Owners }): StartMachine {
  return async (context, fields) => {
    const request = machineRequest(context, fields, deps.owners);
    await requireEngine(deps.host);
    const { machine, started } = await deps.machines.create(actorOf(context), request);
    context.used = { vmId: machine.vm.id, sessionId: machine.session.id };
    return started.catch((error: unknown) => {
      throw createFailure(error);
    });
  };
}
