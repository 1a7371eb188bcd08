import { usage } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { mostUsed, seriesOf, subjectText, windowFields } from '../answer.ts';
import { labelsOf } from '../labels.ts';
import { type MachineTimesDeps, machineTimes } from '../machine-times.ts';
import { usageScope } from '../scope.ts';
import type { Usage } from '../usage.ts';
import { windowOf } from '../window.ts';

export interface UsageRouteDeps extends MachineTimesDeps {
  usage: Pick<Usage, 'reader'>;
}

export const queryUsage = (deps: UsageRouteDeps) =>
  bind(usage.query, async ({ principal }, { query }) => {
    const { by = 'key', period = '7d', granularity, ...filters } = query;
    const nowMs = deps.now();
    const window = windowOf(period, granularity, nowMs);
    const scope = usageScope(principal, filters);
    const { reader } = deps.usage;
    const tallies = await reader.series(scope, window);
    const { series, totals } = seriesOf(window, tallies, await machineTimes(deps, scope, window, null));
    const ofParts =
      by === 'route' || by === 'client' ? new Map() : await machineTimes(deps, scope, window, by);
    const parts = await mostUsed(reader.parts(scope, window, by, { isWhole: true }), ofParts);
    const labels = await labelsOf(
      deps.db,
      scope.accountId,
      by,
      parts.map(({ name }) => name),
    );
    return {
      by,
      period,
      ...windowFields(window, nowMs),
      totals,
      series,
      parts: parts.map((part) => ({
        subject: subjectText(by, part.name),
        label: labels.get(part.name) ?? null,
        totals: part.totals,
      })),
    };
  });
