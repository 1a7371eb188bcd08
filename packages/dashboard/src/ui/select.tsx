import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { inputClass } from './field.tsx';

export interface Option {
  value: string;
  label: string;
}

/** The system's own list: best with a keyboard, a screen reader and a phone. */
export function Select({ options, className, ...rest }: ComponentProps<'select'> & { options: Option[] }) {
  return (
    <span className={cx('relative inline-flex', className)}>
      <select {...rest} className={cx(inputClass, 'appearance-none pr-8')}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        size={14}
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-soft"
      />
    </span>
  );
}
