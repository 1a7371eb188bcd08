import type { ReactNode } from 'react';
import { teethPath, widthOfTeeth } from '../../ui/key-blade.ts';
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
      <Teeth />
      <main className="mx-auto flex w-full max-w-[26rem] flex-1 flex-col gap-6 px-4 pt-[7vh] pb-16">
        <div>
          <h1 className="text-display">{title}</h1>
          {lead && <div className="mt-2 text-soft">{lead}</div>}
        </div>
        {children}
      </main>
    </div>
  );
}

/** Any id would do: these are the teeth of a very long key. */
const LONG_KEY = 'h0wManyT33thD0esAKeyNeedT0OpenAMachine8x2QzB7fLrYp5vKc1Gj4Ws'.repeat(9);

/** The product's own line: a key's teeth, across the page. */
function Teeth() {
  return (
    <svg
      aria-hidden="true"
      height="14"
      viewBox={`0 0 ${widthOfTeeth(LONG_KEY.length)} 14`}
      preserveAspectRatio="xMinYMin slice"
      className="w-full fill-brass-line"
    >
      <path d={`M0 0H${widthOfTeeth(LONG_KEY.length)}V2H0z${teethPath(LONG_KEY, 1, 2)}`} />
    </svg>
  );
}
