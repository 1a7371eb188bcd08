import type { ReactNode } from 'react';
import { fromLocalInput, toLocalInput } from '../words/moment.ts';
import { exactTime } from '../words/time.ts';
import { cx } from './cx.ts';
import { Field, inputClass } from './field.tsx';

interface MomentFieldProps {
  label: string;
  /** ISO; null = none. */
  value: string | null;
  onChange: (value: string | null) => void;
  min?: string;
  hint?: ReactNode;
  error?: string | null | undefined;
}

/** A date and a time of day, in the reader's zone, which it names. */
export function MomentField({ label, value, onChange, min, hint, error }: MomentFieldProps) {
  const zone = value && `In your time zone; that is ${exactTime(Date.parse(value))}.`;
  return (
    <Field label={label} hint={hint ?? zone} error={error}>
      {(given) => (
        <input
          {...given}
          type="datetime-local"
          min={min && toLocalInput(min)}
          defaultValue={toLocalInput(value)}
          onChange={(event) => onChange(fromLocalInput(event.target.value))}
          className={cx(inputClass, 'max-w-60')}
        />
      )}
    </Field>
  );
}
