import type { OperatorLimits } from '../auth/account-settings.ts';

/** Null takes a bound away. */
export type OperatorLimitsPatch = { [Field in keyof OperatorLimits]?: OperatorLimits[Field] | null };

/** The bounds with what is given, and which of them that changes. */
export function withLimits(
  before: OperatorLimits,
  given: OperatorLimitsPatch,
): { limits: OperatorLimits; fields: (keyof OperatorLimits)[] } {
  const set = Object.entries({ ...before, ...given }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  const limits = Object.fromEntries(set) as OperatorLimits;
  const names = Object.keys(given) as (keyof OperatorLimits)[];
  return { limits, fields: names.filter((name) => limits[name] !== before[name]) };
}
