import type { UsagePart } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { AppLink } from '../../ui/app-link.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { grouped, machineTimeInWords } from '../../words/limits.ts';
import { milliseconds, share } from '../../words/usage.ts';
import type { Dimension } from './usage-search.ts';

const HEADERS: Record<Dimension, string> = {
  key: 'Key',
  environment: 'Environment',
  vm: 'Machine',
  route: 'Operation',
  client: 'Client',
};

export function usageColumns(by: Dimension): Column<UsagePart>[] {
  const number = (
    id: string,
    header: string,
    of: (part: UsagePart) => number,
    format = grouped,
  ): Column<UsagePart> => ({
    id,
    header,
    align: 'right',
    sortBy: of,
    cell: (part) => <span className="tabular-nums">{format(of(part))}</span>,
  });
  return [
    {
      id: 'subject',
      header: HEADERS[by],
      names: true,
      sortBy: (part) => part.label ?? part.subject,
      cell: (part) => <Subject by={by} part={part} />,
    },
    number('requests', 'Requests', ({ totals }) => totals.requests),
    {
      id: 'errors',
      header: 'Errors',
      align: 'right',
      sortBy: ({ totals }) => totals.errors,
      cell: ({ totals }) => <span className="tabular-nums">{share(totals.errors, totals.requests)}</span>,
    },
    number('limited', 'Limited', ({ totals }) => totals.limited),
    number('p99', 'p99', ({ totals }) => totals.latency_ms?.p99 ?? 0, milliseconds),
    number('executions', 'Executions', ({ totals }) => totals.executions),
    number('vm_seconds', 'Machine time', ({ totals }) => Math.round(totals.vm_seconds), machineTimeInWords),
  ];
}

/** What stands among subjects and is none of them. */
const NAMES: Record<string, string> = { dashboard: 'The dashboard', other: 'All others', none: 'None' };

function Subject({ by, part }: { by: Dimension; part: UsagePart }) {
  const { subject, label } = part;
  const keyId = by === 'key' && /^\d+$/.test(subject) ? Number(subject) : null;
  const isVm = by === 'vm' && !(subject in NAMES);
  const link = keyId !== null ? paths.key(keyId) : isVm ? paths.machine(subject) : null;
  const text = label ?? (keyId !== null ? `Key #${keyId}` : (NAMES[subject] ?? subject));
  const code = by === 'route' || by === 'vm';
  const shown = code ? <code className="wrap-anywhere">{text}</code> : text;
  return link ? (
    <AppLink to={link} className="font-medium text-ink underline-offset-2 hover:underline">
      {shown}
    </AppLink>
  ) : (
    <span className="font-medium">{shown}</span>
  );
}
