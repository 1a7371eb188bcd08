import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { buttonClass } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { FilterSelect } from '../../ui/filter-bar.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { parseSort, sortByColumn, sortText } from '../../ui/sort.ts';
import { OpenAnomalies } from '../anomalies/open-anomalies.tsx';
import { UsageChart } from './usage-chart.tsx';
import { usageColumns } from './usage-columns.tsx';
import { UsageFacts } from './usage-facts.tsx';
import { DIMENSIONS, PERIODS, type UsageSearch } from './usage-search.ts';

interface UsagePageProps {
  search: UsageSearch;
  onSearch: (search: Partial<UsageSearch>) => void;
}

/** Who used what, and what is unusual about it. */
export function UsagePage({ search, onSearch }: UsagePageProps) {
  const { period, by } = search;
  const { data: usage, error } = useQuery(queries.usage(period, by));
  const columns = usageColumns(by);
  const sort = parseSort(search.sort);
  const parts = usage?.by === by ? sortByColumn(usage.parts, columns, sort) : [];
  return (
    <Page
      title="Usage"
      lead="Requests, errors, executions and machine time, of running machines too."
      actions={(['csv', 'jsonl'] as const).map((format) => (
        <a
          key={format}
          className={buttonClass()}
          href={`/app/v1/usage/export?period=${period}&by=${by}&format=${format}`}
          download
        >
          <Download size={14} aria-hidden /> {format === 'csv' ? 'CSV' : 'JSON Lines'}
        </a>
      ))}
    >
      <OpenAnomalies />
      <div className="flex flex-wrap gap-2">
        <FilterSelect
          label="Period"
          value={period}
          options={[...PERIODS]}
          onChange={(value) => onSearch({ period: value })}
        />
        <FilterSelect
          label="Split"
          value={by}
          options={[...DIMENSIONS]}
          onChange={(value) => onSearch({ by: value })}
        />
      </div>
      {error && <Notice tone="bad" alert title={errorInWords(error)} />}
      {usage && (
        <>
          <Panel title="Requests">
            <div className="flex flex-col gap-6">
              <UsageChart usage={usage} />
              <UsageFacts totals={usage.totals} />
            </div>
          </Panel>
          {parts.length === 0 ? (
            <p className="text-soft">Nothing was used in this time.</p>
          ) : (
            <DataTable
              label={`Usage ${DIMENSIONS.find(({ value }) => value === by)!.label.toLowerCase()}`}
              columns={columns}
              rows={parts}
              rowKey={({ subject }) => subject}
              sort={sort}
              onSort={(next) => onSearch({ sort: sortText(next) })}
            />
          )}
        </>
      )}
    </Page>
  );
}
