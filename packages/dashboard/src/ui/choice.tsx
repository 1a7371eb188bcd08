import { useId } from 'react';
import { cx } from './cx.ts';

export interface ChoiceOption<Value extends string> {
  value: Value;
  label: string;
  hint?: string;
}

interface ChoiceProps<Value extends string> {
  label: string;
  options: ChoiceOption<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  hint?: string | undefined;
}

/** One of a few, all in sight: radio buttons that look like a row of keys. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, options, value, onChange, hint } = props;
  const name = useId();
  const chosen = options.find((option) => option.value === value);
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1.5 font-medium text-small">{label}</legend>
      <div className="flex flex-wrap gap-1.5">
        {options.map((option) => (
          <label
            key={option.value}
            className={cx(
              'inline-flex h-8 cursor-pointer items-center rounded-control border px-3 text-body transition-colors',
              'has-focus-visible:outline-2 has-focus-visible:outline-focus has-focus-visible:outline-offset-2',
              option.value === value
                ? 'border-brass-ink bg-brass-soft font-medium text-ink'
                : 'border-edge/60 bg-raised text-soft hover:border-edge hover:text-ink',
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="sr-only"
            />
            {option.label}
          </label>
        ))}
      </div>
      {(chosen?.hint ?? hint) && <p className="text-faint text-small">{chosen?.hint ?? hint}</p>}
    </fieldset>
  );
}
