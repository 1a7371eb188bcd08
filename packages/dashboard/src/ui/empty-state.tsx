import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** Nothing here yet: what this place is for, and the next step. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-panel border border-edge/50 border-dashed px-6 py-14 text-center">
      <span className="flex size-10 items-center justify-center rounded-panel bg-brass-soft text-brass-ink">
        <Icon size={20} aria-hidden />
      </span>
      <h2 className="text-lead">{title}</h2>
      <div className="max-w-md text-soft">{children}</div>
      {action && <div className="pt-1">{action}</div>}
    </div>
  );
}
