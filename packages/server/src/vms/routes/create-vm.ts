import { vms } from '@instavm/contract';
import type { VmHost } from '@instavm/machines';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { Machines } from '../machines.ts';
import {
  createFailure,
  type MachineRequestDeps,
  machineRequest,
  refuseUnbuilt,
  requireEngine,
} from '../request.ts';
import type { SessionClock } from '../session-clock.ts';
import { vmRecord } from '../vm.ts';

export interface CreateVmDeps extends MachineRequestDeps {
  host: VmHost;
  machines: Machines;
  sessionClock: SessionClock;
}

export const createVm = (deps: CreateVmDeps) =>
  bind(vms.create, async (context, { query, body }) => {
    refuseUnbuilt(body);
    const request = machineRequest(context, body, deps);
    await requireEngine(deps.host);
    const { machine, started } = await deps.machines.create(actorOf(context), request);
    context.used = { vmId: machine.vm.id, sessionId: machine.session.id };
    if (!query.wait) {
      // The record tells how it went; here it is only logged.
      started.catch((error: unknown) =>
        context.log.warn({ err: error, request_id: context.requestId }, 'a machine could not be made'),
      );
      return vmRecord(machine.vm, deps.sessionClock);
    }
    const { vm } = await started.catch((error: unknown) => {
      throw createFailure(error);
    });
    return vmRecord(vm, deps.sessionClock);
  });
