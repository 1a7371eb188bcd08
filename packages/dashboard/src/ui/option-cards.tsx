import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';

export interface OptionCard<Value extends string> {
  value: Value;
  title: string;
  meaning: string;
  /** Shown inside while it is chosen. */
  more?: ReactNode;
}

interface OptionCardsProps<Value extends string> {
  label: string;
  options: OptionCard<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}

/** One of a few that each need a sentence. */
export function OptionCards<Value extends string>(props: OptionCardsProps<Value>) {
  const { label, options, value, onChange } = props;
  const name = useId();
  return (
    <fieldset className="flex min-w-0 flex-col">
      <legend className="mb-1.5 font-medium text-small">{label}</legend>
      <div className="flex flex-col gap-2">
        {options.map((option) => (
          <div
            key={option.value}
            className={cx(
              'rounded-panel border transition-colors has-[input[type=radio]:focus-visible]:outline-2 has-[input[type=radio]:focus-visible]:outline-focus has-[input[type=radio]:focus-visible]:outline-offset-2',
              option.value === value
                ? 'border-brass-ink bg-brass-soft'
                : 'border-line bg-surface hover:border-edge',
            )}
          >
            <label className="flex cursor-pointer gap-3 px-3.5 py-3">
              <input
                type="radio"
                name={name}
                value={option.value}
                checked={option.value === value}
                onChange={() => onChange(option.value)}
                aria-label={option.title}
                aria-describedby={`${name}-${option.value}`}
                className="mt-[3px] size-4 shrink-0 accent-brass-ink outline-none"
              />
              <span className="min-w-0">
                <span className="block font-medium">{option.title}</span>
                <span id={`${name}-${option.value}`} className="block text-small text-soft">
                  {option.meaning}
                </span>
              </span>
            </label>
            {option.value === value && option.more && (
              <div className="px-3.5 pb-3.5 pl-10.5">{option.more}</div>
            )}
          </div>
        ))}
      </div>
    </fieldset>
  );
}
