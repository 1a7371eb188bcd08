import { ENVIRONMENTS, KEY_STATUSES, namesOf } from '@instavm/contract/states';
import { FilterBar, FilterSelect, FilterToggle } from '../../ui/filter-bar.tsx';
import type { StatusChoice } from './key-filter.ts';
import type { EnvironmentChoice } from './key-words.ts';
import type { KeysSearch } from './keys-search.ts';

interface KeyFiltersProps {
  search: KeysSearch;
  onSearch: (search: Partial<KeysSearch>) => void;
  /** How many keys need attention. */
  attention: number;
}

export function KeyFilters({ search, onSearch, attention }: KeyFiltersProps) {
  return (
    <FilterBar search={{ label: 'Search API keys', value: search.q, onChange: (q) => onSearch({ q }) }}>
      <FilterSelect<StatusChoice>
        label="Status"
        value={search.status}
        onChange={(status) => onSearch({ status })}
        options={[
          { value: 'live', label: 'Keys in force' },
          ...namesOf(KEY_STATUSES).map((name) => ({ value: name, label: KEY_STATUSES[name].label })),
          { value: 'all', label: 'Ended ones too' },
        ]}
      />
      <FilterSelect<EnvironmentChoice | 'all'>
        label="Environment"
        value={search.env}
        onChange={(env) => onSearch({ env })}
        options={[
          { value: 'all', label: 'All environments' },
          ...namesOf(ENVIRONMENTS).map((name) => ({ value: name, label: ENVIRONMENTS[name].label })),
          { value: 'none', label: 'No environment' },
        ]}
      />
      <FilterToggle on={search.attention} onChange={(on) => onSearch({ attention: on })}>
        Needs attention <span className="text-faint">{attention}</span>
      </FilterToggle>
    </FilterBar>
  );
}
