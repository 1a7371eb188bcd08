import type { ReactNode } from 'react';

export interface Fact {
  name: string;
  value: ReactNode;
}

/** Names and values, in as many columns as fit. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="grid grid-cols-2 sm:grid-cols-[repeat(auto-fill,minmax(10.5rem,1fr))] gap-x-6 gap-y-4">
      {facts.map((fact) => (
        <div key={fact.name} className="min-w-0">
          <dt className="text-faint text-small">{fact.name}</dt>
          <dd className="wrap-anywhere mt-0.5">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
