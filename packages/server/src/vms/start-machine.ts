import type { VmHost } from '@instavm/machines';
import { actorOf } from '../http/context.ts';
import type { StartMachine } from '../sessions/routes/create-session.ts';
import type { Machines } from './machines.ts';
import { createFailure, type MachineRequestDeps, machineRequest, requireEngine } from './request.ts';

export interface StartMachineDeps extends MachineRequestDeps {
  host: VmHost;
  machines: Machines;
}

/** Makes a machine for a session and waits until it runs. */
export function startMachine(deps: StartMachineDeps): StartMachine {
  return async (context, fields) => {
    const request = machineRequest(context, fields, deps);
    await requireEngine(deps.host);
    const { machine, started } = await deps.machines.create(actorOf(context), request);
    context.used = { vmId: machine.vm.id, sessionId: machine.session.id };
    return started.catch((error: unknown) => {
      throw createFailure(error);
    });
  };
}
