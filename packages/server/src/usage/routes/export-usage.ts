import { Readable } from 'node:stream';
import { usage } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { StreamedAnswer } from '../../http/streamed.ts';
import { EXPORT_FORMATS, exportedRows } from '../export.ts';
import { labelsOf } from '../labels.ts';
import { machineTimes } from '../machine-times.ts';
import { usageScope } from '../scope.ts';
import { windowOf } from '../window.ts';
import type { UsageRouteDeps } from './query-usage.ts';

export const exportUsage = (deps: UsageRouteDeps) =>
  bind(usage.export, async ({ principal }, { query }) => {
    const { by = 'key', period = '7d', granularity, format = 'jsonl', ...filters } = query;
    const window = windowOf(period, granularity, deps.now());
    const scope = usageScope(principal, filters);
    const { mediaType, fileName, head, line } = EXPORT_FORMATS[format];
    const times = by === 'route' || by === 'client' ? new Map() : await machineTimes(deps, scope, window, by);
    const labelOf = async (name: string) =>
      (await labelsOf(deps.db, scope.accountId, by, [name])).get(name) ?? null;
    async function* text() {
      if (head !== '') yield head;
      const parts = deps.usage.reader.parts(scope, window, by);
      for await (const row of exportedRows(by, window, parts, times, labelOf)) yield line(row);
    }
    return new StreamedAnswer(Readable.from(text()), {
      'content-type': mediaType,
      'content-disposition': `attachment; filename="${fileName}"`,
    });
  });
