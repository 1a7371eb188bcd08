import { Tabs as Parts } from 'radix-ui';
import type { ReactNode } from 'react';

export interface Tab {
  id: string;
  label: string;
  content: ReactNode;
}

/** A panel with several faces. Its title names the row of tabs. */
export function TabPanel({ title, tabs }: { title: string; tabs: Tab[] }) {
  return (
    <Parts.Root
      defaultValue={tabs[0]!.id}
      className="overflow-hidden rounded-panel border border-line bg-surface"
    >
      <div className="flex flex-wrap items-end justify-between gap-x-6 border-line border-b px-4">
        <h2 className="py-2.5 text-body">{title}</h2>
        <Parts.List aria-label={title} className="-ml-3 flex sm:-mr-3 sm:ml-0">
          {tabs.map((tab) => (
            <Parts.Trigger
              key={tab.id}
              value={tab.id}
              className="-mb-px h-10 border-transparent border-b-2 px-3 font-medium text-small text-soft focus-visible:-outline-offset-2 hover:text-ink data-[state=active]:border-brass-ink data-[state=active]:text-ink"
            >
              {tab.label}
            </Parts.Trigger>
          ))}
        </Parts.List>
      </div>
      {tabs.map((tab) => (
        <Parts.Content key={tab.id} value={tab.id} tabIndex={-1} className="min-w-0">
          {tab.content}
        </Parts.Content>
      ))}
    </Parts.Root>
  );
}
