import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { UsagePart } from '../../api/types.ts';
import { FilterSelect } from '../../ui/filter-bar.tsx';
import { Panel } from '../../ui/page.tsx';
import { requestsInWords } from '../../words/usage.ts';
import { UsageChart } from '../usage/usage-chart.tsx';
import { UsageFacts } from '../usage/usage-facts.tsx';
import { PERIODS, type Period } from '../usage/usage-search.ts';

const PARTS_SHOWN = 5;

/** How much the key was used, for what and by which programs. */
export function KeyUsage({ id }: { id: number }) {
  const [period, setPeriod] = useState<Period>('7d');
  const { data: usage, error } = useQuery(queries.keyUsage(id, period));
  return (
    <Panel
      title="Usage"
      aside={
        <FilterSelect label="Period of usage" value={period} options={[...PERIODS]} onChange={setPeriod} />
      }
    >
      {error && <p className="text-bad">{errorInWords(error)}</p>}
      {usage && (
        <div className="flex flex-col gap-6">
          <UsageChart usage={usage} />
          <UsageFacts totals={usage.totals} />
          {usage.totals.requests > 0 && (
            <div className="grid gap-4 sm:grid-cols-2">
              <Most title="Operations" parts={usage.routes} mono />
              <Most title="Clients" parts={usage.clients} />
            </div>
          )}
        </div>
      )}
    </Panel>
  );
}

function Most({
  title,
  parts,
  mono = false,
}: {
  title: string;
  parts: readonly UsagePart[];
  mono?: boolean;
}) {
  return (
    <div className="min-w-0">
      <h3 className="text-faint text-small">{title}</h3>
      <ul className="mt-1 flex flex-col gap-1">
        {parts.slice(0, PARTS_SHOWN).map(({ subject, label, totals }) => (
          <li key={subject} className="flex flex-wrap justify-between gap-x-3 text-small">
            <span className={mono ? 'wrap-anywhere font-mono' : 'wrap-anywhere'}>{label ?? subject}</span>
            <span className="text-soft tabular-nums">{requestsInWords(totals)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
