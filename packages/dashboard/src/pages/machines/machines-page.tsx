import { useSuspenseQuery } from '@tanstack/react-query';
import { Plus, Server } from 'lucide-react';
import { useState } from 'react';
import { queries } from '../../api/queries.ts';
import type { Machine } from '../../api/types.ts';
import { useEngine } from '../../app/engine-strip.tsx';
import { machineRefusal } from '../../app/engine-words.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterBar, FilterSelect } from '../../ui/filter-bar.tsx';
import { Page } from '../../ui/page.tsx';
import { useShortcut } from '../../ui/shortcuts.tsx';
import { parseSort, sortByColumn, sortText } from '../../ui/sort.ts';
import { DeleteMachineDialog } from './delete-machine-dialog.tsx';
import { machineColumns } from './machine-columns.tsx';
import { filterMachines } from './machine-words.ts';
import type { MachinesSearch } from './machines-search.ts';
import { NewMachineDialog } from './new-machine-dialog.tsx';
import { useKeyLabel } from './use-key-label.ts';

interface MachinesPageProps {
  search: MachinesSearch;
  onSearch: (search: Partial<MachinesSearch>) => void;
}

export function MachinesPage({ search, onSearch }: MachinesPageProps) {
  const { data: machines } = useSuspenseQuery(queries.machines());
  const { readiness } = useEngine();
  const keyLabel = useKeyLabel();
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<Machine | null>(null);
  const refusal = machineRefusal(readiness);
  useShortcut('c', 'Create a machine', () => {
    if (!refusal) setCreating(true);
  });
  const columns = machineColumns({ keyLabel, onDelete: setDeleting });
  const sort = parseSort(search.sort);
  const found = filterMachines(machines, search, keyLabel);
  const shown = sortByColumn(found, columns, sort);
  const create = (
    <Button look="primary" disabledReason={refusal} onClick={() => setCreating(true)}>
      <Plus size={16} aria-hidden /> Create machine
    </Button>
  );
  return (
    <Page
      title="Machines"
      lead="A Linux machine for each job, gone with everything on it when its time is over."
      actions={machines.length > 0 && create}
    >
      {machines.length === 0 ? (
        <EmptyState icon={Server} title="No machine yet" action={create}>
          Create one here, or let a program do it: any call with an API key starts its machine by itself.
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-3">
          <FilterBar search={{ label: 'Search machines', value: search.q, onChange: (q) => onSearch({ q }) }}>
            <FilterSelect
              label="State"
              value={search.show}
              onChange={(show) => onSearch({ show })}
              options={[
                { value: 'running', label: 'Running ones' },
                { value: 'all', label: 'Ended ones too' },
              ]}
            />
          </FilterBar>
          {shown.length === 0 ? (
            <EmptyState
              icon={Server}
              title={search.q ? 'No machine matches' : 'No machine is running'}
              action={<Button onClick={() => onSearch({ q: '', show: 'all' })}>Show all machines</Button>}
            >
              {machines.length === 1 ? 'One machine is' : `${machines.length} machines are`} in the full list,
              ended ones included.
            </EmptyState>
          ) : (
            <DataTable
              label="Machines"
              columns={columns}
              rows={shown}
              rowKey={(machine) => machine.vm_id}
              sort={sort}
              onSort={(next) => onSearch({ sort: sortText(next) })}
              faded={(machine) => machine.status === 'terminated'}
            />
          )}
        </div>
      )}
      <NewMachineDialog open={creating} onClose={() => setCreating(false)} />
      <DeleteMachineDialog machine={deleting} onClose={() => setDeleting(null)} />
    </Page>
  );
}
