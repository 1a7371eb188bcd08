import { Tabs as Parts } from 'radix-ui';
import type { ReactNode } from 'react';

export interface Tab {
  id: string;
  label: string;
  content: ReactNode;
}

export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  return (
    <Parts.Root defaultValue={tabs[0]!.id} className="flex min-w-0 flex-col gap-3">
      <Parts.List aria-label={label} className="flex gap-1 overflow-x-auto border-line border-b">
        {tabs.map((tab) => (
          <Parts.Trigger
            key={tab.id}
            value={tab.id}
            className="-mb-px h-9 border-transparent border-b-2 px-3 font-medium text-small text-soft focus-visible:-outline-offset-2 hover:text-ink data-[state=active]:border-brass-ink data-[state=active]:text-ink"
          >
            {tab.label}
          </Parts.Trigger>
        ))}
      </Parts.List>
      {tabs.map((tab) => (
        <Parts.Content key={tab.id} value={tab.id} tabIndex={-1} className="min-w-0">
          {tab.content}
        </Parts.Content>
      ))}
    </Parts.Root>
  );
}
