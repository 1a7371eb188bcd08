import { cx } from '../../ui/cx.ts';
import { Field, inputClass } from '../../ui/field.tsx';

interface AmountFieldProps {
  label: string;
  unit: string;
  /** As typed; empty is none of its own. */
  value: string;
  onChange: (value: string) => void;
  hint: string;
  error?: string | null | undefined;
}

export function AmountField({ label, unit, value, onChange, hint, error }: AmountFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(given) => (
        <span className="flex items-center gap-2">
          <input
            {...given}
            inputMode="numeric"
            autoComplete="off"
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className={cx(inputClass, 'max-w-32 text-right')}
          />
          {unit}
        </span>
      )}
    </Field>
  );
}
