import { ENVIRONMENTS, namesOf } from '@instavm/contract/states';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { KeyRound, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { queries } from '../../api/queries.ts';
import type { ApiKey } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Select } from '../../ui/select.tsx';
import { useShortcut } from '../../ui/shortcuts.tsx';
import { parseSort, sortRows, sortText } from '../../ui/sort.ts';
import { keyColumns } from './key-columns.tsx';
import { filterKeys } from './key-words.ts';
import type { KeysSearch } from './keys-search.ts';
import { KEYS_SEARCH } from './keys-search.ts';
import { RevokeDialog } from './revoke-dialog.tsx';

interface KeysPageProps {
  search: KeysSearch;
  onSearch: (search: Partial<KeysSearch>) => void;
}

export function KeysPage({ search, onSearch }: KeysPageProps) {
  const { data: keys } = useSuspenseQuery(queries.keys());
  const router = useRouter();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  useShortcut('c', 'Create an API key', () => void router.navigate({ to: paths.newKey() }));
  const columns = useMemo(() => keyColumns(setRevoking), []);
  const sort = parseSort(search.sort);
  const shown = sortRows(
    filterKeys(keys, search),
    columns.find((column) => column.id === sort.by)?.sortBy,
    sort.descending,
  );
  return (
    <Page
      title="API keys"
      lead="Give each program a key of its own: then you see what it does, and can revoke it alone."
      actions={keys.length > 0 && <CreateLink words="Create API key" />}
    >
      {keys.length === 0 ? (
        <EmptyState
          icon={KeyRound}
          title="Create your first key"
          action={<CreateLink words="Create API key" />}
        >
          It takes a name and one click. The next page shows the key once, with lines that run code on a real
          machine.
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-3">
          <Filters search={search} onSearch={onSearch} />
          {shown.length === 0 ? (
            <NothingFound
              hidden={keys.length}
              searched={search.q !== '' || search.env !== 'all'}
              onClear={() => onSearch({ ...KEYS_SEARCH, show: 'all' })}
            />
          ) : (
            <DataTable
              label="API keys"
              columns={columns}
              rows={shown}
              rowKey={(key) => key.id}
              sort={sort}
              onSort={(next) => onSearch({ sort: sortText(next) })}
              faded={(key) => key.status === 'revoked' || key.status === 'rotated'}
            />
          )}
        </div>
      )}
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />
    </Page>
  );
}

function CreateLink({ words }: { words: string }) {
  return (
    <Link to={paths.newKey()} className={buttonClass('primary')}>
      <Plus size={16} aria-hidden /> {words}
    </Link>
  );
}

function Filters({ search, onSearch }: KeysPageProps) {
  return (
    <div className="flex flex-wrap gap-2">
      <SearchField label="Search API keys" value={search.q} onChange={(q) => onSearch({ q })} />
      <Select
        aria-label="Environment"
        className="min-w-40 flex-1 sm:flex-none"
        value={search.env}
        onChange={(event) => onSearch({ env: event.target.value as KeysSearch['env'] })}
        options={[
          { value: 'all', label: 'All environments' },
          ...namesOf(ENVIRONMENTS).map((name) => ({ value: name, label: ENVIRONMENTS[name].label })),
          { value: 'none', label: 'No environment' },
        ]}
      />
      <Select
        aria-label="Status"
        className="min-w-36 flex-1 sm:flex-none"
        value={search.show}
        onChange={(event) => onSearch({ show: event.target.value as KeysSearch['show'] })}
        options={[
          { value: 'live', label: 'Keys in force' },
          { value: 'all', label: 'Ended ones too' },
        ]}
      />
    </div>
  );
}

interface NothingFoundProps {
  hidden: number;
  searched: boolean;
  onClear: () => void;
}

function NothingFound({ hidden, searched, onClear }: NothingFoundProps) {
  return (
    <EmptyState
      icon={KeyRound}
      title={searched ? 'No key matches' : 'No key is in force'}
      action={<Button onClick={onClear}>Show all keys</Button>}
    >
      {hidden === 1 ? 'One key is' : `${hidden} keys are`} in the full list, ended ones included.
    </EmptyState>
  );
}
