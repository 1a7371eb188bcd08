import { type AmountName, readAmount, typedAmount } from './amounts.ts';
import { type RateLimitDraft, rateDraftOf, readRateDraft } from './rate-limit-draft.ts';

/** Limits, quotas and times of a key, an environment or an account, as somebody edits them. */
export interface BoundsDraft<Rate extends string, Amount extends AmountName> {
  rates: Record<Rate, RateLimitDraft>;
  amounts: Record<Amount, string>;
}

export type BoundsRecord<Rate extends string, Amount extends AmountName> = Record<Rate, string | null> &
  Record<Amount, number | null>;

export function boundsDraftOf<Rate extends string, Amount extends AmountName>(
  record: BoundsRecord<Rate, Amount>,
  rates: readonly Rate[],
  amounts: readonly Amount[],
): BoundsDraft<Rate, Amount> {
  return {
    rates: Object.fromEntries(rates.map((name) => [name, rateDraftOf(record[name])])) as Record<
      Rate,
      RateLimitDraft
    >,
    amounts: Object.fromEntries(
      amounts.map((name) => [name, typedAmount(name, record[name] as number | null)]),
    ) as Record<Amount, string>,
  };
}

/** What differs from the record as it is, and what is wrong, by the API's name of the field. */
export function readBounds<Rate extends string, Amount extends AmountName>(
  draft: BoundsDraft<Rate, Amount>,
  record: BoundsRecord<Rate, Amount>,
): { changes: Partial<BoundsRecord<Rate, Amount>>; problems: Record<string, string> } {
  const changes: Record<string, string | number | null> = {};
  const problems: Record<string, string> = {};
  const note = (
    name: string,
    reading: { value?: string | number | null | undefined; problem: string | null },
  ) => {
    if (reading.problem !== null) problems[name] = reading.problem;
    else if (reading.value !== record[name as Rate & Amount]) changes[name] = reading.value ?? null;
  };
  for (const [name, rate] of Object.entries<RateLimitDraft>(draft.rates)) note(name, readRateDraft(rate));
  for (const [name, text] of Object.entries<string>(draft.amounts))
    note(name, readAmount(name as Amount, text));
  return { changes: changes as Partial<BoundsRecord<Rate, Amount>>, problems };
}
