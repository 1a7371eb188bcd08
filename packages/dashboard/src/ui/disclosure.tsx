import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

interface DisclosureProps {
  label: string;
  /** What is inside, said while it is closed. */
  hint?: string;
  open?: boolean | undefined;
  onToggle?: (open: boolean) => void;
  children: ReactNode;
}

/** What most people need not see at first. */
export function Disclosure({ label, hint, open, onToggle, children }: DisclosureProps) {
  return (
    <details
      open={open}
      onToggle={(event) => onToggle?.(event.currentTarget.open)}
      className="group rounded-panel border border-line bg-surface"
    >
      <summary className="flex min-h-11 list-none items-center gap-2 rounded-panel px-3 py-2 hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={16}
          aria-hidden
          className="shrink-0 text-soft transition-transform group-open:rotate-90"
        />
        <span className="font-medium">{label}</span>
        {hint && <span className="hidden text-faint text-small sm:inline sm:group-open:hidden">{hint}</span>}
      </summary>
      <div className="flex flex-col gap-6 border-line border-t p-4">{children}</div>
    </details>
  );
}
