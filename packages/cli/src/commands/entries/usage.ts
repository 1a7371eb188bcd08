import type { CommandEntry } from '../entry.ts';

/** What was used and what it costs. */
export const usage: readonly CommandEntry[] = [
  {
    path: ['usage'],
    summary: 'Show usage by key, environment, machine, route or client',
    load: () => import('../usage/usage.ts'),
  },
  {
    path: ['billing', 'status'],
    summary: 'Sum up the credits of a period',
    load: () => import('../billing/status.ts'),
  },
  {
    path: ['billing', 'allocation'],
    summary: 'Show the credits of this month',
    load: () => import('../billing/allocation.ts'),
  },
  {
    path: ['billing', 'usage'],
    summary: 'Show what machines cost, by day',
    load: () => import('../billing/usage.ts'),
  },
  {
    path: ['billing', 'usage-history'],
    summary: 'List what credits were used for',
    load: () => import('../billing/usage-history.ts'),
  },
  {
    path: ['billing', 'check'],
    summary: 'Tell whether credits suffice',
    load: () => import('../billing/check.ts'),
  },
  {
    path: ['billing', 'rates'],
    summary: 'Show the rates of credits',
    load: () => import('../billing/rates.ts'),
  },
  {
    path: ['billing', 'trends'],
    summary: 'Show the use of credits over time',
    load: () => import('../billing/trends.ts'),
  },
  {
    path: ['billing', 'forecast'],
    summary: 'Forecast the use of credits',
    load: () => import('../billing/forecast.ts'),
  },
  {
    path: ['billing', 'portal'],
    summary: 'Print the address of the page with all this',
    load: () => import('../billing/portal.ts'),
  },
];
