import { Tooltip as Parts } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';

export const TooltipProvider = Parts.Provider;

interface TooltipProps {
  /** Null while there is nothing to say: the trigger stays the same element, so that it keeps the focus. */
  text: string | null;
  /** The trigger already has this text as its name, so it is not read twice. */
  named?: boolean;
  /** A press shows it too, for fingers that cannot hover: where the trigger does nothing else. */
  onPress?: boolean;
  children: ReactNode;
}

/** Drawn beside its trigger, not at the end of the page: inside a modal dialog only that stays visible. */
export function Tooltip({ text, named = false, onPress = false, children }: TooltipProps) {
  const trigger = useRef<HTMLButtonElement>(null);
  const dismissed = useRef(false);
  const [open, setOpen] = useState(false);
  const change = (next: boolean) => {
    // Reaching a control by keyboard scrolls to it, which would close what the focus has just opened.
    const stays = !dismissed.current && trigger.current?.matches(':focus-visible');
    dismissed.current = false;
    setOpen(next || Boolean(stays));
  };
  return (
    <Parts.Root open={open && text !== null} onOpenChange={change}>
      <Parts.Trigger
        asChild
        ref={trigger}
        onClick={(event) => {
          if (!onPress) return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {children}
      </Parts.Trigger>
      <Parts.Content
        side="bottom"
        sideOffset={6}
        collisionPadding={8}
        aria-label={named ? ' ' : undefined}
        onEscapeKeyDown={() => {
          dismissed.current = true;
        }}
        className="z-50 w-max max-w-72 whitespace-normal text-left font-normal rounded-control bg-ink px-2.5 py-1.5 text-ground text-small shadow-raised"
      >
        {text}
      </Parts.Content>
    </Parts.Root>
  );
}
