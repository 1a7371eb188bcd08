import { invalidQuery } from '../http/errors.ts';
import { DAY_SECONDS, HOUR_SECONDS, KEPT_SECONDS, STEP_SECONDS, type StepName, stepStart } from './steps.ts';

export type Period = '1h' | '24h' | '7d' | '30d' | '90d' | '1y';

/** A period cut in steps, in seconds since 1970. */
export interface Window {
  step: StepName;
  stepSeconds: number;
  /** The beginning of the first step. */
  from: number;
  /** The end of the last step, which is the one of now. */
  to: number;
  steps: number;
}

const PERIODS: Record<Period, { seconds: number; step: StepName }> = {
  '1h': { seconds: HOUR_SECONDS, step: 'minute' },
  '24h': { seconds: DAY_SECONDS, step: 'hour' },
  '7d': { seconds: 7 * DAY_SECONDS, step: 'hour' },
  '30d': { seconds: 30 * DAY_SECONDS, step: 'day' },
  '90d': { seconds: 90 * DAY_SECONDS, step: 'day' },
  '1y': { seconds: 365 * DAY_SECONDS, step: 'day' },
};

const KEPT_WORDS: Record<StepName, string> = { minute: '48 hours', hour: '90 days', day: '2 years' };

/**
 * The steps of a period up to the one of now, which has only begun. Throws ValidationError for steps that are not
 * kept for so long.
 */
export function windowOf(period: Period, granularity: StepName | undefined, nowMs: number): Window {
  const { seconds, step: usual } = PERIODS[period];
  const step = granularity ?? usual;
  if (seconds > KEPT_SECONDS[step]) {
    throw invalidQuery(
      'granularity',
      `figures of each ${step} are kept for ${KEPT_WORDS[step]}, which is less than ${period}; ask for a longer step or leave it out`,
    );
  }
  return lastSteps(step, Math.max(1, seconds / STEP_SECONDS[step]), nowMs);
}

export function lastSteps(step: StepName, steps: number, nowMs: number): Window {
  const stepSeconds = STEP_SECONDS[step];
  const to = stepStart(nowMs / 1000, stepSeconds) + stepSeconds;
  return { step, stepSeconds, steps, from: to - steps * stepSeconds, to };
}

/** Which step a time is in, from 0; none when it is outside. */
export function stepIndex({ from, to, stepSeconds }: Window, at: number): number | null {
  return at < from || at >= to ? null : Math.floor((at - from) / stepSeconds);
}

export function stepText({ from, stepSeconds }: Window, index: number): string {
  return new Date((from + index * stepSeconds) * 1000).toISOString();
}

/** A table and the part of the window that is read from it. */
export interface Piece {
  step: StepName;
  from: number;
  to: number;
}

/** The coarsest figures that there are for each part of the window, and no part twice. */
export function piecesOf({ step, from, to }: Window, rolled: { hour: number; day: number }): Piece[] {
  const hoursUntil = step === 'minute' ? from : clamp(rolled.hour, from, to);
  const daysUntil = step === 'day' ? clamp(rolled.day, from, hoursUntil) : from;
  const pieces: Piece[] = [
    { step: 'day', from, to: daysUntil },
    { step: 'hour', from: daysUntil, to: hoursUntil },
    { step: 'minute', from: hoursUntil, to },
  ];
  return pieces.filter((piece) => piece.from < piece.to);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
