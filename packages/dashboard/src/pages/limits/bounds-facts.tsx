import { Facts } from '../../ui/facts.tsx';
import { grouped, machineTimeInWords, rateLimitInWords } from '../../words/limits.ts';
import { AMOUNTS, type AmountName } from './amounts.ts';
import type { BoundsRecord } from './bounds-draft.ts';
import type { RateField } from './bounds-panel.tsx';

interface BoundsFactsProps<Rate extends string, Amount extends AmountName> {
  record: BoundsRecord<Rate, Amount>;
  rates: Record<Rate, RateField>;
  amounts: readonly Amount[];
}

/** What was set, and for the rest what it follows. */
export function BoundsFacts<Rate extends string, Amount extends AmountName>(
  props: BoundsFactsProps<Rate, Amount>,
) {
  const { record, rates, amounts } = props;
  const rateNames = Object.keys(rates) as Rate[];
  return (
    <Facts
      facts={[
        ...rateNames.map((name) => ({
          name: rates[name].label,
          value: inWords(record[name], rates[name].inherit?.label ?? 'No limit'),
        })),
        ...amounts.map((name) => ({ name: AMOUNTS[name].label, value: amountInWords(name, record[name]) })),
      ]}
    />
  );
}

const soft = (text: string) => <span className="text-soft">{text}</span>;
const inWords = (text: string | null, none: string) => (text === null ? soft(none) : rateLimitInWords(text));

function amountInWords(name: AmountName, value: number | null) {
  if (value === null) return soft('Not set');
  const { factor, unit } = AMOUNTS[name];
  return factor > 1 ? machineTimeInWords(value) : `${grouped(value)} ${unit}`;
}
