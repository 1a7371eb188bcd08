import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiError } from '../api/errors.ts';
import { queries } from '../api/queries.ts';
import { paths } from '../paths.ts';
import { Dot } from '../ui/badge.tsx';
import { ProgressRail } from '../ui/progress-rail.tsx';
import { engineState, progressDetail } from './engine-words.ts';

/** The engine as every page sees it. */
export function useEngine() {
  const { data, error } = useQuery(queries.readiness());
  const unreachable = error instanceof ApiError && error.status === 0;
  return { readiness: data, unreachable, state: engineState(data, unreachable) };
}

/** A strip across the top while something keeps machines from starting; nothing when all is well. */
export function EngineStrip() {
  const { readiness, unreachable } = useEngine();
  if (unreachable) {
    return (
      <Strip tone="bad">
        <Dot tone="bad" live />
        <span className="font-medium">The server does not answer.</span>
        <span className="text-soft">Reconnecting. What you see may be out of date.</span>
      </Strip>
    );
  }
  if (readiness?.vm.state === 'preparing') {
    const { progress } = readiness.vm;
    return (
      <Strip tone="brass">
        <Dot tone="brass" live />
        <span className="font-medium">
          {progress ? `Preparing machines: step ${progress.step} of ${progress.steps}` : 'Preparing machines'}
        </span>
        {progress && (
          <>
            <ProgressRail progress={progress} />
            <span className="min-w-0 text-soft">
              {progress.title}, {progressDetail(progress)}
            </span>
          </>
        )}
        <span className="text-soft sm:ml-auto">API keys work meanwhile.</span>
      </Strip>
    );
  }
  if (readiness?.vm.state === 'unavailable') {
    return (
      <Strip tone="bad">
        <Dot tone="bad" />
        <span className="font-medium">No machine can start.</span>
        <span className="wrap-anywhere min-w-0 text-soft">
          {readiness.vm.detail ?? 'The engine gave no reason.'}
        </span>
        <Link to={paths.engine()} className="font-medium underline underline-offset-2 sm:ml-auto">
          See the engine
        </Link>
      </Strip>
    );
  }
  return null;
}

function Strip({ tone, children }: { tone: 'bad' | 'brass'; children: React.ReactNode }) {
  const look = tone === 'bad' ? 'border-bad-line bg-bad-soft' : 'border-brass-line bg-brass-soft';
  return (
    <section
      aria-label="Engine state"
      className={`flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2 text-small sm:px-8 ${look}`}
    >
      {children}
    </section>
  );
}
