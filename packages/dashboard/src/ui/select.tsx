import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { inputClass } from './field.tsx';

export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  disabled?: boolean;
}

interface SelectProps extends ComponentProps<'select'> {
  options: readonly Option[];
}

/** The system's own list: best with a keyboard, a screen reader and a phone. */
export function Select({ options, ...rest }: SelectProps) {
  return (
    <SelectBox {...rest}>
      <Options options={options} />
    </SelectBox>
  );
}

interface GroupedSelectProps extends ComponentProps<'select'> {
  groups: readonly { label: string; options: readonly Option[] }[];
}

/** The same with headings inside. */
export function GroupedSelect({ groups, ...rest }: GroupedSelectProps) {
  return (
    <SelectBox {...rest}>
      {groups.map(({ label, options }) => (
        <optgroup key={label} label={label}>
          <Options options={options} />
        </optgroup>
      ))}
    </SelectBox>
  );
}

function Options({ options }: { options: readonly Option[] }) {
  return options.map((option) => (
    <option key={option.value} value={option.value} disabled={option.disabled}>
      {option.label}
    </option>
  ));
}

function SelectBox({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={cx('relative inline-flex', className)}>
      <select {...rest} className={cx(inputClass, 'appearance-none pr-8')}>
        {children}
      </select>
      <ChevronDown
        size={14}
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-soft"
      />
    </span>
  );
}
