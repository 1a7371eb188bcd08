import { ENVIRONMENTS } from '@instavm/contract/states';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Fingerprint, Plus } from 'lucide-react';
import { useState } from 'react';
import { queries } from '../../api/queries.ts';
import type { TrustPolicy } from '../../api/types.ts';
import { useRefusal } from '../../app/use-refusal.ts';
import { paths } from '../../paths.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { type Sort, sortByColumn } from '../../ui/sort.ts';
import { grouped } from '../../words/limits.ts';
import { EndTrustDialog } from './end-trust-dialog.tsx';
import { NewTrustDialog } from './new-trust-dialog.tsx';

/** Whose tokens are exchanged for short-lived keys. */
export function TrustPage() {
  const { data: policies } = useSuspenseQuery(queries.trustPolicies());
  const refusal = useRefusal('keys:write');
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<TrustPolicy | null>(null);
  const [sort, setSort] = useState<Sort>({ by: 'name', descending: false });
  const columns = trustColumns(refusal, setEnding);
  const add = (
    <Button look="primary" disabledReason={refusal} onClick={() => setAdding(true)}>
      <Plus size={15} aria-hidden /> Trust an issuer
    </Button>
  );
  return (
    <Page
      title="Keys without secrets"
      above={<BackLink to={paths.keys()}>API keys</BackLink>}
      lead="A CI job or a pod proves who it is with a token of its own platform, and gets an API key of at most an hour. Nothing has to be stored there."
      actions={policies.length > 0 && add}
    >
      {policies.length === 0 ? (
        <EmptyState icon={Fingerprint} title="Nobody is trusted yet" action={add}>
          Say which repository, project or service account may have a short-lived key, and what that key may
          do.
        </EmptyState>
      ) : (
        <DataTable
          label="Trust policies"
          columns={columns}
          rows={sortByColumn(policies, columns, sort)}
          rowKey={({ id }) => id}
          sort={sort}
          onSort={setSort}
        />
      )}
      <NewTrustDialog open={adding} onClose={() => setAdding(false)} />
      <EndTrustDialog policy={ending} onClose={() => setEnding(null)} />
    </Page>
  );
}

function trustColumns(refusal: string | null, onEnd: (policy: TrustPolicy) => void): Column<TrustPolicy>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      names: true,
      sortBy: ({ name }) => name,
      cell: ({ name, issuer }) => (
        <>
          <span className="font-medium">{name}</span>
          <span className="wrap-anywhere block text-small text-soft">{issuer.replace('https://', '')}</span>
        </>
      ),
    },
    {
      id: 'subject',
      header: 'Whose tokens',
      sortBy: ({ subject }) => subject,
      cell: ({ subject }) => <code className="wrap-anywhere text-small">{subject}</code>,
    },
    {
      id: 'scopes',
      header: 'May do',
      cell: ({ scopes, environment }) => (
        <span className="wrap-anywhere text-small">
          {scopes.slice(0, 3).join(', ')}
          {scopes.length > 3 && ` and ${scopes.length - 3} more`}
          {environment && <span className="text-soft"> · {ENVIRONMENTS[environment].label}</span>}
        </span>
      ),
    },
    {
      id: 'used',
      header: 'Last used',
      sortBy: ({ last_used_at: at }) => at,
      cell: ({ last_used_at: at, exchanges }) =>
        at ? (
          <>
            <RelativeTime at={at} />{' '}
            <span className="text-small text-soft">({grouped(exchanges)} in all)</span>
          </>
        ) : (
          <span className="text-faint">Never</span>
        ),
    },
    {
      id: 'actions',
      header: 'Actions',
      actions: true,
      cell: (policy) => (
        <Button size="small" disabledReason={refusal} onClick={() => onEnd(policy)}>
          End
        </Button>
      ),
    },
  ];
}
