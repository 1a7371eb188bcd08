import { invalidQuery } from '../http/errors.ts';
import {
  DAY_SECONDS,
  HOUR_SECONDS,
  KEPT_SECONDS,
  type KeptStep,
  STEP_SECONDS,
  type StepName,
  stepStart,
} from './steps.ts';

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

/** A table and the part of a window that is read from it. */
export interface Piece {
  step: KeptStep;
  from: number;
  to: number;
}

const COARSEST_FIRST: readonly KeptStep[] = ['block', 'day', 'hour', 'minute'];

/**
 * The coarsest figures that there are for each part of a window, and no part twice. They are no coarser than the steps
 * of the window, unless it is read as a whole. `rolled` says up to when there are sums of each step.
 */
export function piecesOf(
  { step, from, to }: Pick<Window, 'step' | 'from' | 'to'>,
  rolled: Record<'hour' | 'day' | 'block', number>,
  { isWhole }: { isWhole: boolean },
): Piece[] {
  const steps = isWhole ? COARSEST_FIRST : COARSEST_FIRST.slice(COARSEST_FIRST.indexOf(step));
  return cover(from, to, steps, { ...rolled, minute: to });
}

function cover(
  from: number,
  to: number,
  [step, ...finer]: readonly KeptStep[],
  rolled: Record<KeptStep, number>,
): Piece[] {
  if (step === undefined || from >= to) return [];
  const seconds = STEP_SECONDS[step];
  const first = stepStart(from + seconds - 1, seconds);
  const end = stepStart(Math.min(to, rolled[step]), seconds);
  if (first >= end) return cover(from, to, finer, rolled);
  return [
    ...cover(from, first, finer, rolled),
    { step, from: first, to: end },
    ...cover(end, to, finer, rolled),
  ];
}

/** Rows that one subject has in them at most. */
export function rowsOf(pieces: readonly Piece[], nowMs: number): number {
  return pieces.reduce((rows, { step, from, to }) => {
    return rows + Math.ceil(Math.max(0, Math.min(to, nowMs / 1000) - from) / STEP_SECONDS[step]);
  }, 0);
}
