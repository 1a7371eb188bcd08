import type { ReactNode } from 'react';
import { Wordmark } from '../../ui/logo.tsx';
import { useTitle } from '../../ui/page.tsx';
import { ThemeSwitch } from '../../ui/theme-switch.tsx';

/** A page outside the shell: nobody is signed in. */
export function Frame({ title, lead, children }: { title: string; lead?: ReactNode; children?: ReactNode }) {
  useTitle(title);
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex items-center justify-between px-4 py-4 sm:px-8">
        <Wordmark />
        <ThemeSwitch />
      </header>
      <main className="mx-auto flex w-full max-w-[26rem] flex-1 flex-col gap-6 px-4 pt-[8vh] pb-16">
        <div>
          <h1 className="text-display">{title}</h1>
          {lead && <div className="mt-2 text-soft">{lead}</div>}
        </div>
        {children}
      </main>
    </div>
  );
}
