import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { Field, inputClass } from './field.tsx';

interface TextAreaProps extends ComponentProps<'textarea'> {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
}

/** Text of several lines; grows with it where the browser can. */
export function TextArea({ label, hint, error, className, ...area }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(given) => (
        <textarea
          rows={2}
          {...area}
          {...given}
          className={cx(inputClass, 'field-sizing-content h-auto min-h-14 resize-y py-1.5', className)}
        />
      )}
    </Field>
  );
}
