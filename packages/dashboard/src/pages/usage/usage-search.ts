export const PERIODS = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
  { value: '90d', label: 'Last 90 days' },
  { value: '1y', label: 'Last year' },
] as const;

export const DIMENSIONS = [
  { value: 'key', label: 'By key' },
  { value: 'environment', label: 'By environment' },
  { value: 'vm', label: 'By machine' },
  { value: 'route', label: 'By operation' },
  { value: 'client', label: 'By client' },
] as const;

export type Period = (typeof PERIODS)[number]['value'];
export type Dimension = (typeof DIMENSIONS)[number]['value'];

/** What the address of the page says. */
export interface UsageSearch {
  period: Period;
  by: Dimension;
  /** As `parseSort` reads it. */
  sort: string;
}

export const USAGE_SEARCH: UsageSearch = { period: '7d', by: 'key', sort: '-requests' };

export function readUsageSearch(given: Record<string, unknown>): UsageSearch {
  const one = <T extends string>(options: readonly { value: T }[], value: unknown, fallback: T) =>
    options.find((option) => option.value === value)?.value ?? fallback;
  return {
    period: one(PERIODS, given.period, USAGE_SEARCH.period),
    by: one(DIMENSIONS, given.by, USAGE_SEARCH.by),
    sort: typeof given.sort === 'string' ? given.sort : USAGE_SEARCH.sort,
  };
}
