import { Tooltip as Parts } from 'radix-ui';
import type { ReactNode } from 'react';

export const TooltipProvider = Parts.Provider;

interface TooltipProps {
  text: string;
  /** The trigger already has this text as its name, so it is not read twice. */
  named?: boolean;
  children: ReactNode;
}

/** Drawn beside its trigger, not at the end of the page: inside a modal dialog only that stays visible. */
export function Tooltip({ text, named = false, children }: TooltipProps) {
  return (
    <Parts.Root>
      <Parts.Trigger asChild>{children}</Parts.Trigger>
      <Parts.Content
        side="bottom"
        sideOffset={6}
        collisionPadding={8}
        aria-label={named ? ' ' : undefined}
        className="z-50 w-max max-w-72 whitespace-normal text-left font-normal rounded-control bg-ink px-2.5 py-1.5 text-ground text-small shadow-raised"
      >
        {text}
      </Parts.Content>
    </Parts.Root>
  );
}
