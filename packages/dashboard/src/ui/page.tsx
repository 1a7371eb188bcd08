import { type ReactNode, useEffect } from 'react';
import { cx } from './cx.ts';

interface PageProps {
  title: string;
  /** One sentence under the title. */
  lead?: ReactNode;
  actions?: ReactNode;
  /** A line above the title: where this page belongs. */
  above?: ReactNode;
  /** The title is an id. */
  mono?: boolean;
  children: ReactNode;
}

/** A page inside the shell: its title, what one can do, its content. */
export function Page({ title, lead, actions, above, mono = false, children }: PageProps) {
  useTitle(title);
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-6 px-4 py-6 sm:px-8 sm:py-8">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          {above}
          <h1
            tabIndex={-1}
            className={cx('wrap-anywhere text-title outline-none', mono && 'font-mono tracking-tight')}
          >
            {title}
          </h1>
          {lead && <div className="mt-1 max-w-2xl text-soft">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · InstaVM`;
  }, [title]);
}

interface PanelProps {
  title?: string;
  aside?: ReactNode;
  /** The content reaches the edges. */
  flush?: boolean;
  children: ReactNode;
}

/** A bounded part of a page. */
export function Panel({ title, aside, flush = false, children }: PanelProps) {
  return (
    <section className="overflow-hidden rounded-panel border border-line bg-surface">
      {title && (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-3 border-line border-b px-4 py-1.5">
          <h2 className="text-body">{title}</h2>
          {aside}
        </header>
      )}
      <div className={flush ? undefined : 'p-4'}>{children}</div>
    </section>
  );
}
