import type { ReactNode } from 'react';
import { SearchField } from './search-field.tsx';
import { type Option, Select } from './select.tsx';

interface FilterBarProps {
  search: { label: string; value: string; onChange: (value: string) => void };
  /** `FilterSelect`s and the like. */
  children: ReactNode;
}

/** What narrows the list below it: a search, then the choices. */
export function FilterBar({ search, children }: FilterBarProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchField {...search} />
      {children}
    </div>
  );
}

interface FilterSelectProps<Value extends string> {
  label: string;
  value: Value;
  options: Option<Value>[];
  onChange: (value: Value) => void;
}

export function FilterSelect<Value extends string>(props: FilterSelectProps<Value>) {
  const { label, value, options, onChange } = props;
  return (
    <Select
      aria-label={label}
      className="min-w-36 flex-1 sm:flex-none"
      value={value}
      options={options}
      onChange={(event) => onChange(event.target.value as Value)}
    />
  );
}

interface FilterToggleProps {
  on: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
}

/** A filter that is on or off. */
export function FilterToggle({ on, onChange, children }: FilterToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => onChange(!on)}
      className="inline-flex h-8 items-center gap-2 whitespace-nowrap rounded-control border border-edge/60 bg-raised px-3 text-soft transition-colors hover:border-edge hover:text-ink aria-pressed:border-brass-ink aria-pressed:bg-brass-soft aria-pressed:font-medium aria-pressed:text-ink"
    >
      {children}
    </button>
  );
}
