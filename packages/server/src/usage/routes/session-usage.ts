import { sessions } from '@instavm/contract';
import type { Principal } from '../../auth/principal.ts';
import { lifeOf } from '../../db/machine-life.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import type { SessionRow, VmRow } from '../../vms/store.ts';
import type { Costs } from '../costs.ts';
import { KEPT_SECONDS, STEP_SECONDS } from '../steps.ts';
import type { Tally } from '../tally.ts';
import { lastSteps } from '../window.ts';
import type { UsageRouteDeps } from './query-usage.ts';

export interface SessionUsageDeps<R> extends UsageRouteDeps {
  findSession(principal: Principal, id: string): Promise<{ vm: VmRow; session: SessionRow } | undefined>;
  costs: Costs<R>;
}

/** What a session and its machine have used so far, or did use until it ended. */
export const sessionUsage = <R>(deps: SessionUsageDeps<R>) =>
  bind(sessions.usage, async ({ principal }, { params }) => {
    const found = await deps.findSession(principal, params.session_id);
    if (!found) throw notFound('sessions');
    const { vm, session } = found;
    const nowMs = deps.now();
    const life = lifeOf(vm, nowMs);
    const seconds = (life.toMs - life.fromMs) / 1000;
    const use = { coreSeconds: seconds * vm.vcpu_count, mibSeconds: seconds * vm.memory_mb };
    const rates = await deps.costs.readRates();
    const requests = await requestsAbout(deps, vm, nowMs);
    return {
      session_id: session.id,
      vm_id: vm.id,
      started_at: session.created_at,
      ended_at: session.ended_at,
      vm_seconds: seconds,
      ...deps.costs.costOf(use, rates),
      requests: requests.requests,
      executions: requests.executions,
      bytes_in: requests.bytes_in,
      bytes_out: requests.bytes_out,
    };
  });

async function requestsAbout({ usage }: UsageRouteDeps, vm: VmRow, nowMs: number): Promise<Tally> {
  const scope = { accountId: vm.account_id, environment: null, keyId: null, vmId: vm.id };
  const whole = lastSteps('day', KEPT_SECONDS.day / STEP_SECONDS.day, nowMs);
  return usage.reader.sum(scope, whole);
}
