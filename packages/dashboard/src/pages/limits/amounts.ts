/** Numbers that a key, an environment or an account can have: the API's name -> how people type it. */
export const AMOUNTS = {
  concurrent_requests: {
    label: 'Requests at the same time',
    unit: 'requests',
    factor: 1,
    min: 1,
    max: 100_000,
    meaning: 'Served at one moment; long runs count as long as they take.',
  },
  quota_machines: {
    label: 'Machines at once',
    unit: 'machines',
    factor: 1,
    min: 1,
    max: 100_000,
    meaning: 'A machine counts from its creation to its end.',
  },
  quota_vm_seconds: {
    label: 'Machine time a month',
    unit: 'hours',
    factor: 3600,
    min: 1,
    max: 1_000_000_000_000,
    meaning:
      'Of all machines together. A machine reserves its whole lifetime and gives back what it did not use.',
  },
  quota_executions: {
    label: 'Executions a month',
    unit: 'executions',
    factor: 1,
    min: 1,
    max: 1_000_000_000_000,
    meaning: 'Programs that were run.',
  },
  machine_lifetime_seconds: {
    label: 'A machine lives',
    unit: 'minutes',
    factor: 60,
    min: 20,
    max: 86_400,
    meaning: 'Where whoever makes it says nothing else.',
  },
  machine_idle_timeout_seconds: {
    label: 'A machine ends when unused for',
    unit: 'minutes',
    factor: 60,
    min: 20,
    max: 86_400,
    meaning: 'Where whoever makes it says nothing else.',
  },
  machine_lifetime_max_seconds: {
    label: 'A machine lives at most',
    unit: 'hours',
    factor: 3600,
    min: 20,
    max: 2_592_000,
    meaning: 'In all, renewals included.',
  },
} as const satisfies Record<string, Amount>;

export interface Amount {
  label: string;
  unit: string;
  /** What the API counts, in one of the unit. */
  factor: number;
  /** As the contract has them, in what the API counts; the server decides. */
  min: number;
  max: number;
  meaning: string;
}

export type AmountName = keyof typeof AMOUNTS;

/** What the API has, as people type it: 5,400 s are 1.5 hours. */
export function typedAmount(name: AmountName, value: number | null): string {
  if (value === null) return '';
  return String(Number((value / AMOUNTS[name].factor).toFixed(4)));
}

export function readAmount(
  name: AmountName,
  text: string,
): { value: number | null; problem: null } | { value?: undefined; problem: string } {
  const { factor, min, max, unit } = AMOUNTS[name];
  const plain = text.trim().replaceAll(',', '');
  if (plain === '') return { value: null, problem: null };
  const value = /^\d{1,13}(\.\d{1,4})?$/.test(plain) ? Math.round(Number(plain) * factor) : Number.NaN;
  if (value >= min && value <= max && (factor > 1 || Number.isInteger(Number(plain)))) {
    return { value, problem: null };
  }
  const [least, most] = [min, max].map((bound) => typedAmount(name, bound));
  return {
    problem: `Give a number from ${least} to ${Number(most).toLocaleString('en-GB')} ${unit}, or nothing.`,
  };
}
