import type { EngineProgress } from '../api/types.ts';
import { cx } from './cx.ts';

/** One piece for each step; the present one fills as its bytes arrive. */
export function ProgressRail({ progress }: { progress: EngineProgress }) {
  const { step, steps, title, fraction } = progress;
  const done = step - 1 + (fraction ?? 0);
  return (
    <div
      role="progressbar"
      aria-label={`Preparing machines: ${title}`}
      aria-valuemin={0}
      aria-valuemax={steps}
      aria-valuenow={Number(done.toFixed(2))}
      aria-valuetext={`Step ${step} of ${steps}: ${title}`}
      className="flex h-1.5 w-40 gap-0.5"
    >
      {Array.from({ length: steps }, (_, index) => index + 1).map((piece) => (
        <span key={piece} className="relative flex-1 overflow-hidden rounded-full bg-brass-line/60">
          <span
            className={cx(
              'absolute inset-0 origin-left bg-brass-ink transition-transform duration-500',
              piece === step && fraction === null && 'animate-breathe',
            )}
            style={{ transform: `scaleX(${filled(piece, step, fraction)})` }}
          />
        </span>
      ))}
    </div>
  );
}

function filled(piece: number, step: number, fraction: number | null): number {
  if (piece < step) return 1;
  if (piece > step) return 0;
  return fraction ?? 1;
}
