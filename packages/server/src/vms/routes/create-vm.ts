import { vms } from '@instavm/contract';
import type { VmHost } from '@instavm/machines';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { Machines } from '../machines.ts';
import { createFailure, machineRequest, refuseUnbuilt, requireEngine } from '../request.ts';
import { vmRecord } from '../vm.ts';

export const createVm = (deps: { host: VmHost; machines: Machines }) =>
  bind(vms.create, async (context, { query, body }) => {
    refuseUnbuilt(body);
    await requireEngine(deps.host);
    const { machine, started } = await deps.machines.create(actorOf(context), machineRequest(context, body));
    if (!query.wait) {
      // The record tells how it went; here it is only logged.
      started.catch((error: unknown) =>
        context.log.warn({ err: error, request_id: context.requestId }, 'a machine could not be made'),
      );
      return vmRecord(machine.vm);
    }
    const { vm } = await started.catch((error: unknown) => {
      throw createFailure(error);
    });
    return vmRecord(vm);
  });
