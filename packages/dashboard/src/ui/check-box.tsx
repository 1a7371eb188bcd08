import { type ComponentProps, useEffect, useRef } from 'react';
import { cx } from './cx.ts';

interface CheckBoxProps extends Omit<ComponentProps<'input'>, 'type'> {
  /** Some of what it stands for. */
  indeterminate?: boolean;
}

export function CheckBox({ indeterminate = false, className, ...input }: CheckBoxProps) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (ref.current) ref.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <input
      {...input}
      ref={ref}
      type="checkbox"
      className={cx('size-4 shrink-0 accent-brass-ink', className)}
    />
  );
}
