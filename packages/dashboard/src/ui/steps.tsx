import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface Step {
  title: string;
  state: 'done' | 'now' | 'later';
  content: ReactNode;
}

/** A guided list: what is done, what is due, what comes. */
export function Steps({ steps }: { steps: Step[] }) {
  return (
    <ol className="flex flex-col">
      {steps.map(({ title, state, content }, index) => (
        <li
          key={title}
          aria-current={state === 'now' ? 'step' : undefined}
          className="relative grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-3.5 pb-7 last:pb-0"
        >
          {index < steps.length - 1 && (
            <span
              aria-hidden
              className={cx(
                'absolute top-7 bottom-0 left-[0.8125rem] w-0.5',
                state === 'done' ? 'bg-good-line' : 'bg-line',
              )}
            />
          )}
          <span
            aria-hidden
            className={cx(
              'z-10 flex size-7 items-center justify-center rounded-full border font-semibold text-small',
              state === 'done' && 'border-good-line bg-good-soft text-good',
              state === 'now' && 'border-brass-ink bg-brass text-on-brass',
              state === 'later' && 'border-edge/60 bg-surface text-soft',
            )}
          >
            {state === 'done' ? <Check size={15} aria-hidden /> : index + 1}
          </span>
          <div className="flex min-w-0 flex-col gap-3">
            <h2 className={cx('pt-0.5 text-lead', state === 'later' && 'text-soft')}>
              {title}
              {state === 'done' && <span className="sr-only"> (done)</span>}
            </h2>
            {content}
          </div>
        </li>
      ))}
    </ol>
  );
}
