import { apiKeys } from '@instavm/contract';
import type { Principal } from '../../auth/principal.ts';
import { bind } from '../../http/bind.ts';
import { mostUsed, seriesOf, windowFields } from '../answer.ts';
import { machineTimes } from '../machine-times.ts';
import type { UsageScope } from '../reader.ts';
import { windowOf } from '../window.ts';
import type { UsageRouteDeps } from './query-usage.ts';

export interface KeyUsageDeps extends UsageRouteDeps {
  /** Throws 404 for a key that the caller may not know of. */
  findKey(principal: Principal, id: number): Promise<{ id: number }>;
}

/** How a key was used over time, by which operations and programs. */
export const keyUsage = (deps: KeyUsageDeps) =>
  bind(apiKeys.usage, async ({ principal }, { params, query }) => {
    const { id } = await deps.findKey(principal, params.id);
    const { period = '7d', granularity } = query;
    const nowMs = deps.now();
    const window = windowOf(period, granularity, nowMs);
    const { accountId } = principal;
    const scope: UsageScope = { accountId, environment: null, keyId: id, vmId: null };
    const { reader } = deps.usage;
    const times = await machineTimes(deps, scope, window, null);
    const partsBy = async (by: 'route' | 'client') => {
      const parts = await mostUsed(reader.parts(scope, window, by, { isWhole: true }), new Map());
      return parts.map(({ name, totals }) => ({ subject: name, label: null, totals }));
    };
    return {
      api_key_id: id,
      period,
      ...windowFields(window, nowMs),
      ...seriesOf(window, await reader.series(scope, window), times),
      routes: await partsBy('route'),
      clients: await partsBy('client'),
    };
  });
