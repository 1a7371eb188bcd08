import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { Spinner } from './spinner.tsx';
import { Tooltip } from './tooltip.tsx';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';
export type ButtonSize = 'normal' | 'small';

const LOOKS: Record<ButtonLook, string> = {
  primary: 'border-transparent bg-brass text-on-brass font-semibold not-aria-disabled:hover:bg-brass-strong',
  plain:
    'border-edge/60 bg-raised text-ink font-medium not-aria-disabled:hover:bg-hover not-aria-disabled:hover:border-edge',
  quiet:
    'border-transparent text-soft font-medium not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-ink',
  danger: 'border-transparent bg-bad-fill text-on-bad font-semibold not-aria-disabled:hover:brightness-110',
};

const SIZES: Record<ButtonSize, string> = {
  normal: 'h-8 px-3 gap-2 text-body',
  small: 'h-7 px-2 gap-1.5 text-small',
};

/** The look of a button, also for a link that acts as one. */
export function buttonClass(look: ButtonLook = 'plain', size: ButtonSize = 'normal'): string {
  return cx(
    'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-control border transition-colors',
    'aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:shrink-0',
    LOOKS[look],
    SIZES[size],
  );
}

interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  look?: ButtonLook;
  size?: ButtonSize;
  /** Not usable now, and why. The button stays reachable, so that the reason can be read. */
  disabledReason?: string | null | undefined;
  /** At work: not usable, and the words that say what happens. */
  busy?: string | false;
  children: ReactNode;
}

export function Button(props: ButtonProps) {
  const { look, size, disabledReason, busy, children, onClick, className, type = 'button', ...rest } = props;
  const off = Boolean(disabledReason) || Boolean(busy);
  const button = (
    <button
      {...rest}
      type={type}
      aria-disabled={off || undefined}
      className={cx(buttonClass(look, size), className)}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? (
        <>
          <Spinner /> {busy}
        </>
      ) : (
        children
      )}
    </button>
  );
  if (disabledReason === undefined) return button;
  return (
    <Tooltip text={disabledReason || null} onPress={Boolean(disabledReason)}>
      {button}
    </Tooltip>
  );
}
