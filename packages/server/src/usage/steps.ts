export const MINUTE_SECONDS = 60;
export const HOUR_SECONDS = 3600;
export const DAY_SECONDS = 86_400;

/** What can be asked for. */
export type StepName = 'minute' | 'hour' | 'day';

/** What is kept: also blocks of days, so that the sum of a year is not one of 365. */
export type KeptStep = StepName | 'block';

export const STEP_SECONDS: Record<KeptStep, number> = {
  minute: MINUTE_SECONDS,
  hour: HOUR_SECONDS,
  day: DAY_SECONDS,
  block: 32 * DAY_SECONDS,
};

/** How long figures of a step are kept. */
export const KEPT_SECONDS: Record<KeptStep, number> = {
  minute: 48 * HOUR_SECONDS,
  hour: 90 * DAY_SECONDS,
  day: 2 * 366 * DAY_SECONDS,
  block: 2 * 366 * DAY_SECONDS,
};

/** The beginning of the step that a time is in; steps begin where UTC's minutes, hours and days do. */
export function stepStart(at: number, stepSeconds: number): number {
  return Math.floor(at / stepSeconds) * stepSeconds;
}
