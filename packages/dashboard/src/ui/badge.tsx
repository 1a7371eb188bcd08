import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'brass' | 'neutral';

const TONES: Record<Tone, string> = {
  good: 'bg-good-soft text-good border-good-line',
  warn: 'bg-warn-soft text-warn border-warn-line',
  bad: 'bg-bad-soft text-bad border-bad-line',
  brass: 'bg-brass-soft text-brass-ink border-brass-line',
  neutral: 'bg-sunken text-soft border-line',
};

const DOTS: Record<Tone, string> = {
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
  brass: 'bg-brass',
  neutral: 'bg-faint',
};

/** A word for a state or a kind. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex h-5 items-center gap-1.5 whitespace-nowrap rounded-small border px-1.5 font-medium text-note',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

/** A state with its dot: the word carries the meaning, the dot helps the eye. */
export function State({ tone, live = false, children }: { tone: Tone; live?: boolean; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <Dot tone={tone} live={live} />
      {children}
    </span>
  );
}

export function Dot({ tone, live = false }: { tone: Tone; live?: boolean }) {
  return (
    <span aria-hidden className={cx('size-2 shrink-0 rounded-full', DOTS[tone], live && 'animate-breathe')} />
  );
}
