import { ROLES } from '@instavm/contract/roles';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import type { ServiceAccount } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { type Sort, sortByColumn } from '../../ui/sort.ts';
import { ActButton, keysColumn, SuspendButton, statusColumn } from './key-owner.tsx';
import { useTeamAct } from './team-acts.ts';

const CHANGED = [queries.serviceAccounts().queryKey, queries.keys().queryKey];

export function ServiceAccountTable(props: { services: ServiceAccount[]; refusal: string | null }) {
  const { services, refusal } = props;
  const [sort, setSort] = useState<Sort>({ by: 'name', descending: false });
  const [deleting, setDeleting] = useState<ServiceAccount | null>(null);
  const toggle = useTeamAct(
    ({ id, status }: ServiceAccount) =>
      status === 'active' ? api.suspendServiceAccount(id) : api.resumeServiceAccount(id),
    CHANGED,
  );
  const remove = useTeamAct(api.deleteServiceAccount, CHANGED);
  const columns: Column<ServiceAccount>[] = [
    {
      id: 'name',
      header: 'Name',
      names: true,
      sortBy: ({ name }) => name,
      cell: ({ name }) => <span className="font-medium">{name}</span>,
    },
    { id: 'role', header: 'Role', sortBy: ({ role }) => role, cell: ({ role }) => ROLES[role].title },
    keysColumn(),
    statusColumn(),
    {
      id: 'actions',
      header: 'Actions',
      actions: true,
      cell: (service) => (
        <div className="flex flex-wrap justify-end gap-1">
          <SuspendButton owner={service} refusal={refusal} onClick={() => toggle.mutate(service)} />
          <ActButton act="Delete" owner={service} refusal={refusal} onClick={() => setDeleting(service)} />
        </div>
      ),
    },
  ];
  return (
    <>
      <DataTable
        label="Service accounts"
        columns={columns}
        rows={sortByColumn(services, columns, sort)}
        rowKey={(service) => service.id}
        sort={sort}
        onSort={setSort}
        faded={(service) => service.status === 'suspended'}
      />
      <Dialog
        open={deleting !== null}
        onClose={() => setDeleting(null)}
        title={`Delete ${deleting?.name ?? ''}`}
        actions={
          <>
            <Button onClick={() => setDeleting(null)}>Keep it</Button>
            <Button
              look="danger"
              onClick={() => {
                if (deleting) remove.mutate(deleting.id);
                setDeleting(null);
              }}
            >
              Delete and revoke its keys
            </Button>
          </>
        }
      >
        <p>
          {deleting?.live_keys === 1 ? 'Its API key is' : `Its ${deleting?.live_keys ?? 0} API keys are`}{' '}
          revoked with it, which is final. Suspending it can be undone.
        </p>
      </Dialog>
    </>
  );
}
