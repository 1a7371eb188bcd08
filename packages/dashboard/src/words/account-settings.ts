import { duration, MILLISECONDS_PER_DAY } from './time.ts';

export type NumberSettingName = 'key_age_days' | 'max_keys' | 'session_idle_minutes' | 'session_max_hours';
export type SettingName = 'name' | NumberSettingName;

export interface NumberSetting {
  label: string;
  unit: string;
  /** As the contract has them; the server decides. */
  min: number;
  max: number;
  meaning: string;
  /** What no number at all means; absent where there must be one. */
  empty?: string;
  /** Of one unit, for the ones that are lengths of time in an unusual one. */
  milliseconds?: number;
}

export const NUMBER_SETTINGS: Record<NumberSettingName, NumberSetting> = {
  key_age_days: {
    label: 'Age at which a key is marked',
    unit: 'days',
    min: 1,
    max: 3650,
    meaning: 'An older key is marked, with the line that rotates it. It goes on working.',
  },
  max_keys: {
    label: 'Live API keys at most',
    unit: 'keys',
    min: 1,
    max: 1_000_000,
    meaning: 'Keys that have not ended, of everybody in the account together.',
    empty: "Empty: the server's own bound, which no number here exceeds.",
  },
  session_idle_minutes: {
    label: 'A sign-in ends when unused for',
    unit: 'minutes',
    min: 5,
    max: 525_600,
    meaning: 'Of everybody who works in this account, from the next request on.',
    milliseconds: 60_000,
  },
  session_max_hours: {
    label: 'A sign-in ends after',
    unit: 'hours',
    min: 1,
    max: 8760,
    meaning: 'Used or not. The password begins a new one.',
    milliseconds: MILLISECONDS_PER_DAY / 24,
  },
};

/** What was typed as the API takes it, or why it takes it not. */
export function readNumberSetting(
  name: NumberSettingName,
  text: string,
): { value: number | null; problem: null } | { value?: undefined; problem: string } {
  const setting = NUMBER_SETTINGS[name];
  const plain = text.trim();
  if (plain === '' && setting.empty) return { value: null, problem: null };
  const value = /^\d{1,9}$/.test(plain) ? Number(plain) : Number.NaN;
  if (value >= setting.min && value <= setting.max) return { value, problem: null };
  return { problem: `This is a whole number, ${boundsInWords(name)}.` };
}

/** `1 to 3,650 days`. */
export function boundsInWords(name: NumberSettingName): string {
  const { min, max, unit } = NUMBER_SETTINGS[name];
  return `${grouped(min)} to ${grouped(max)} ${unit}`;
}

/** `10,080 minutes are 7 d`; null where the number says it already. */
export function lengthInWords(name: NumberSettingName, value: number | null): string | null {
  const { unit, milliseconds } = NUMBER_SETTINGS[name];
  if (!milliseconds || value === null) return null;
  const words = duration(value * milliseconds);
  return words === `${value} min` || words === `${value} h` ? null : `${grouped(value)} ${unit} are ${words}`;
}

const grouped = (value: number) => value.toLocaleString('en-GB');
