import type { CreditAllocation, CreditSummary } from '@instavm/sdk';
import { amount, short } from '../../output/figures.ts';
import { table } from '../../output/table.ts';
import { card } from '../../output/text.ts';

interface Amount {
  allocated: number;
  used: number;
  remaining: number;
}

/** What is allocated, used and left; of a summary also what is over. */
export function creditBlocks(credits: CreditAllocation | CreditSummary): string {
  const overage = 'overage' in credits.dollars ? credits.dollars.overage : null;
  const quotas = Object.entries(credits.quotas);
  return [
    block('Dollars', credits.dollars, overage),
    block('Browser', credits.browser_automation, null),
    quotas.length === 0 ? '' : `Quotas\n${quotaTable(quotas)}`,
  ]
    .filter(Boolean)
    .join('\n');
}

function block(title: string, { allocated, used, remaining }: Amount, overage: number | null): string {
  const rows: [string, unknown][] = [
    ['Allocated', amount(allocated)],
    ['Used', amount(used)],
    ['Remaining', amount(remaining)],
    ...(overage === null ? [] : ([['Overage', amount(overage)]] as [string, unknown][])),
  ];
  return `${title}\n${card(rows, '  ')}`;
}

function quotaTable(quotas: [name: string, Amount][]): string {
  return table(quotas, [
    { title: 'Quota', value: ([name]) => name.replace('_', ' ') },
    { title: 'Allocated', value: ([, { allocated }]) => short(allocated) },
    { title: 'Used', value: ([, { used }]) => short(used) },
    { title: 'Remaining', value: ([, { remaining }]) => short(remaining) },
  ]);
}
