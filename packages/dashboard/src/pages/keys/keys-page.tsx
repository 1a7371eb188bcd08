import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { Fingerprint, KeyRound, Plus, ScanSearch } from 'lucide-react';
import { useMemo, useState } from 'react';
import { queries } from '../../api/queries.ts';
import type { ApiKey } from '../../api/types.ts';
import { useRefusal } from '../../app/use-refusal.ts';
import { paths } from '../../paths.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { useShortcut } from '../../ui/shortcuts.tsx';
import { parseSort, sortByColumn, sortText } from '../../ui/sort.ts';
import { BulkRevokeDialog } from './bulk-revoke-dialog.tsx';
import { CheckKeyDialog } from './check-key-dialog.tsx';
import { useCreateRefusal } from './key-acts.ts';
import { keyColumns } from './key-columns.tsx';
import { filterKeys, needsAttention } from './key-filter.ts';
import { KeyFilters } from './key-filters.tsx';
import { isLive, keyName, successorsOf } from './key-words.ts';
import { KEYS_SEARCH, type KeysSearch } from './keys-search.ts';
import { RevokeDialog } from './revoke-dialog.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useDailyRequests } from './use-daily-requests.ts';

interface KeysPageProps {
  search: KeysSearch;
  onSearch: (search: Partial<KeysSearch>) => void;
}

export function KeysPage({ search, onSearch }: KeysPageProps) {
  const { data: keys } = useSuspenseQuery(queries.keys());
  const router = useRouter();
  const refusal = useRefusal('keys:write');
  const createRefusal = useCreateRefusal();
  const requests = useDailyRequests();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [bulk, setBulk] = useState<ApiKey[] | null>(null);
  const [checking, setChecking] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string | number>>(new Set());
  useShortcut('c', 'Create an API key', () => {
    if (!createRefusal) void router.navigate({ to: paths.newKey() });
  });
  useShortcut('k', "Check a key's text", () => setChecking(true));
  const columns = useMemo(
    () => keyColumns({ onRevoke: setRevoking, refusal, successors: successorsOf(keys), requests }),
    [refusal, keys, requests],
  );
  const sort = parseSort(search.sort);
  const shown = sortByColumn(filterKeys(keys, search), columns, sort);
  // Only what is in sight counts as chosen: nobody should revoke a key that a filter hides.
  const chosenKeys = shown.filter((key) => chosen.has(key.id) && isLive(key));
  return (
    <Page
      title="API keys"
      lead="Give each program a key of its own: then you see what it does, and can revoke it alone."
      actions={
        keys.length > 0 && (
          <>
            <Link to={paths.trust()} className={buttonClass()}>
              <Fingerprint size={16} aria-hidden /> Keys without secrets
            </Link>
            <Button onClick={() => setChecking(true)}>
              <ScanSearch size={16} aria-hidden /> Check a key's text
            </Button>
            <CreateKey refusal={createRefusal} />
          </>
        )
      }
    >
      {keys.length === 0 ? (
        <EmptyState
          icon={KeyRound}
          title="Create your first key"
          action={<CreateKey refusal={createRefusal} />}
        >
          It takes a name and one click. The next page shows the key once, with lines that run code on a real
          machine.
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-3">
          <KeyFilters search={search} onSearch={onSearch} attention={needsAttention(keys)} />
          {shown.length === 0 ? (
            <NothingFound hidden={keys.length} search={search} onSearch={onSearch} />
          ) : (
            <DataTable
              label="API keys"
              columns={columns}
              rows={shown}
              rowKey={(key) => key.id}
              sort={sort}
              onSort={(next) => onSearch({ sort: sortText(next) })}
              faded={(key) => !isLive(key)}
              selection={{ selected: chosen, onChange: setChosen, nameOf: keyName, canSelect: isLive }}
            />
          )}
        </div>
      )}
      {chosenKeys.length > 0 && (
        <SelectionBar
          count={chosenKeys.length}
          shown={shown.filter(isLive).length}
          refusal={refusal}
          onAll={() => setChosen(new Set(shown.filter(isLive).map(({ id }) => id)))}
          onClear={() => setChosen(new Set())}
          onRevoke={() => setBulk(chosenKeys)}
        />
      )}
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />
      <BulkRevokeDialog
        keys={bulk}
        onClose={() => {
          setBulk(null);
          setChosen(new Set());
        }}
      />
      <CheckKeyDialog open={checking} keys={keys} onClose={() => setChecking(false)} />
    </Page>
  );
}

function CreateKey({ refusal }: { refusal: string | null }) {
  const words = (
    <>
      <Plus size={16} aria-hidden /> Create API key
    </>
  );
  if (refusal) {
    return (
      <Button look="primary" disabledReason={refusal}>
        {words}
      </Button>
    );
  }
  return (
    <Link to={paths.newKey()} className={buttonClass('primary')}>
      {words}
    </Link>
  );
}

interface NothingFoundProps extends KeysPageProps {
  hidden: number;
}

function NothingFound({ hidden, search, onSearch }: NothingFoundProps) {
  if (search.attention && search.q === '' && search.env === 'all') {
    return (
      <EmptyState
        icon={KeyRound}
        title="No key needs attention"
        action={<Button onClick={() => onSearch({ attention: false })}>Show the keys in force</Button>}
      >
        None of them expires soon, is old, lies unused or was seen by others.
      </EmptyState>
    );
  }
  const searched = search.q !== '' || search.env !== 'all' || search.status !== 'live';
  return (
    <EmptyState
      icon={KeyRound}
      title={searched ? 'No key matches' : 'No key is in force'}
      action={<Button onClick={() => onSearch({ ...KEYS_SEARCH, status: 'all' })}>Show all keys</Button>}
    >
      {hidden === 1 ? 'One key is' : `${hidden} keys are`} in the full list, ended ones included.
    </EmptyState>
  );
}
