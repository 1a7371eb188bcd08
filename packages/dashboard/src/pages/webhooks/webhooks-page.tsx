import { useSuspenseQuery } from '@tanstack/react-query';
import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { queries } from '../../api/queries.ts';
import type { WebhookEndpoint } from '../../api/types.ts';
import { useRefusal } from '../../app/use-refusal.ts';
import { paths } from '../../paths.ts';
import { AppLink } from '../../ui/app-link.tsx';
import { State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { type Sort, sortByColumn } from '../../ui/sort.ts';
import { NewWebhookDialog } from './new-webhook-dialog.tsx';
import { endpointState } from './webhook-words.ts';

const COLUMNS: Column<WebhookEndpoint>[] = [
  {
    id: 'url',
    header: 'Address',
    names: true,
    sortBy: ({ url }) => url,
    cell: ({ id, url, description }) => (
      <>
        <AppLink
          to={paths.webhook(id)}
          className="wrap-anywhere font-medium text-ink underline-offset-2 hover:underline"
        >
          {url}
        </AppLink>
        {description && <span className="block text-small text-soft">{description}</span>}
      </>
    ),
  },
  {
    id: 'events',
    header: 'Events',
    cell: ({ event_patterns: patterns }) => (
      <code className="wrap-anywhere text-small">
        {patterns.includes('*') ? 'all' : patterns.slice(0, 4).join(' ')}
        {patterns.length > 4 && ` and ${patterns.length - 4} more`}
      </code>
    ),
  },
  {
    id: 'state',
    header: 'State',
    sortBy: (endpoint) => endpointState(endpoint).label,
    cell: (endpoint) => {
      const { label, tone } = endpointState(endpoint);
      return <State tone={tone}>{label}</State>;
    },
  },
  {
    id: 'last',
    header: 'Last delivery',
    sortBy: ({ last_delivery_at: at }) => at,
    cell: ({ last_delivery_at: at }) =>
      at ? <RelativeTime at={at} /> : <span className="text-faint">None</span>,
  },
];

/** Where the account's events are sent. */
export function WebhooksPage() {
  const { data: endpoints } = useSuspenseQuery(queries.webhooks());
  const refusal = useRefusal('webhooks:write');
  const [adding, setAdding] = useState(false);
  const [sort, setSort] = useState<Sort>({ by: 'url', descending: false });
  const add = (
    <Button look="primary" disabledReason={refusal} onClick={() => setAdding(true)}>
      <Plus size={15} aria-hidden /> Add endpoint
    </Button>
  );
  return (
    <Page
      title="Webhooks"
      lead="Events of machines, sessions, executions and keys, signed, and tried again for a day where they do not arrive."
      actions={endpoints.length > 0 && add}
    >
      {endpoints.length === 0 ? (
        <EmptyState icon={Webhook} title="No endpoint yet" action={add}>
          Give the address of a program of yours, and it hears of machines that end, keys that leak and all
          else that happens here, without asking.
        </EmptyState>
      ) : (
        <DataTable
          label="Webhook endpoints"
          columns={COLUMNS}
          rows={sortByColumn(endpoints, COLUMNS, sort)}
          rowKey={({ id }) => id}
          sort={sort}
          onSort={setSort}
          faded={({ enabled }) => !enabled}
        />
      )}
      <NewWebhookDialog open={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}
