import { Search } from 'lucide-react';
import { useRef } from 'react';
import { cx } from './cx.ts';
import { inputClass } from './field.tsx';
import { Kbd } from './kbd.tsx';
import { useShortcut } from './shortcuts.tsx';

interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Narrows the list below it; `/` leads here, Esc empties it. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const ref = useRef<HTMLInputElement>(null);
  useShortcut('/', label, () => ref.current?.focus());
  return (
    <search className="relative w-full sm:w-64">
      <Search size={15} aria-hidden className="absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" />
      <input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (value) onChange('');
          else ref.current?.blur();
        }}
        className={cx(inputClass, 'peer pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden')}
      />
      <span aria-hidden className="absolute inset-y-0 right-2 flex items-center peer-focus:hidden">
        <Kbd>/</Kbd>
      </span>
    </search>
  );
}
