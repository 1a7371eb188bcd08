import { type DailyRequests, requestsOfKey } from '../../api/daily-requests.ts';
import type { ApiKey } from '../../api/types.ts';
import { sum } from '../../ui/bar-rects.ts';
import type { Column } from '../../ui/data-table.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { grouped } from '../../words/limits.ts';
import { daysInWords } from '../../words/usage.ts';

/** How much each key was used on the last days. Its place is the same before anything is known of it. */
export function requestsColumn(requests: DailyRequests | null): Column<ApiKey> {
  const countsOf = ({ id }: ApiKey) => (requests ? requestsOfKey(requests, id) : null);
  return {
    id: 'requests',
    header: 'Past 7 days',
    roomy: true,
    sortBy: (key) => sumOf(countsOf(key)),
    cell: (key) => <Requests days={requests?.days ?? []} counts={countsOf(key)} />,
  };
}

function Requests({ days, counts }: { days: readonly string[]; counts: readonly number[] | null }) {
  const total = sumOf(counts);
  const words = counts ? daysInWords(days, counts) : 'Requests in 7 days are not known';
  return (
    <span
      title={words}
      className="flex h-5.5 items-center gap-2.5 @4xl:h-auto @4xl:w-17.5 @4xl:flex-col @4xl:items-stretch @4xl:gap-0"
    >
      <Sparkline values={counts ?? []} label={words} />
      <span aria-hidden className="h-5 text-faint text-small @4xl:text-right">
        {total === null ? '' : total === 0 ? 'None' : grouped(total)}
      </span>
    </span>
  );
}

const sumOf = (counts: readonly number[] | null) => (counts ? sum(counts) : null);
