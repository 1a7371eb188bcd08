import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { WebhookDelivery } from '../../api/types.ts';
import { State } from '../../ui/badge.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FilterSelect } from '../../ui/filter-bar.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { type Sort, sortByColumn } from '../../ui/sort.ts';
import { DeliveryDialog } from './delivery-dialog.tsx';
import { DELIVERY_FILTERS, DELIVERY_STATES } from './webhook-words.ts';

/** What was sent, what arrived, and what waits. */
export function DeliveryPanel({ endpointId, refusal }: { endpointId: string; refusal: string | null }) {
  const [status, setStatus] = useState('all');
  const [sort, setSort] = useState<Sort>({ by: 'created', descending: true });
  const [openId, setOpenId] = useState<string | null>(null);
  const { data, error } = useQuery(queries.deliveries(endpointId, status));
  const columns = deliveryColumns(setOpenId);
  const items = data?.items ?? [];
  return (
    <section aria-label="Deliveries" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lead">Deliveries</h2>
        <FilterSelect
          label="Status of deliveries"
          value={status}
          options={DELIVERY_FILTERS}
          onChange={setStatus}
        />
      </div>
      {error && <Notice tone="bad" alert title={errorInWords(error)} />}
      {data && items.length === 0 && <p className="text-soft">None. Send a test to see one.</p>}
      {items.length > 0 && (
        <DataTable
          label="Deliveries"
          columns={columns}
          rows={sortByColumn(items, columns, sort)}
          rowKey={({ id }) => id}
          sort={sort}
          onSort={setSort}
        />
      )}
      {data?.next_cursor && <p className="text-small text-soft">The newest 100 are shown.</p>}
      <DeliveryDialog id={openId} refusal={refusal} onClose={() => setOpenId(null)} />
    </section>
  );
}

function deliveryColumns(onOpen: (id: string) => void): Column<WebhookDelivery>[] {
  return [
    {
      id: 'event',
      header: 'Event',
      names: true,
      sortBy: ({ event_type: type }) => type,
      cell: ({ id, event_type: type, replay_of: replayOf }) => (
        <button
          type="button"
          onClick={() => onOpen(id)}
          className="font-medium font-mono text-ink text-small underline-offset-2 hover:underline"
        >
          {type}
          {replayOf && <span className="text-soft"> (replayed)</span>}
        </button>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      sortBy: (delivery) => delivery.status,
      cell: (delivery) => {
        const { label, tone, live } = DELIVERY_STATES[delivery.status];
        return (
          <State tone={tone} live={live}>
            {label}
          </State>
        );
      },
    },
    {
      id: 'answer',
      header: 'Answer',
      cell: ({ last_status_code: code, last_error: error }) => (
        <span className="wrap-anywhere text-small">
          {error ?? code ?? <span className="text-faint">None yet</span>}
        </span>
      ),
    },
    {
      id: 'attempts',
      header: 'Attempts',
      align: 'right',
      sortBy: ({ attempt_count: count }) => count,
      cell: ({ attempt_count: count }) => <span className="tabular-nums">{count}</span>,
    },
    {
      id: 'created',
      header: 'Happened',
      sortBy: ({ created_at: at }) => at,
      cell: ({ created_at: at }) => <RelativeTime at={at} />,
    },
  ];
}
