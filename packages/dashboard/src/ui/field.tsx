import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx.ts';

/** The look of every box that takes text. */
export const inputClass =
  'h-8 w-full min-w-0 rounded-control border border-edge bg-surface px-2.5 text-body text-ink placeholder:text-faint ' +
  'aria-invalid:border-bad focus-visible:outline-offset-0';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  children: (given: FieldGiven) => ReactNode;
}

export interface FieldGiven {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** A label, its input, a hint, and what is wrong with it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const describedBy = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium text-small">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {error && (
        <p id={`${id}-error`} className="text-bad text-small">
          {error}
        </p>
      )}
      {hint && (
        <div id={`${id}-hint`} className="text-faint text-small">
          {hint}
        </div>
      )}
    </div>
  );
}

interface TextFieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
}

export function TextField({ label, hint, error, className, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(given) => <input {...input} {...given} className={cx(inputClass, className)} />}
    </Field>
  );
}
