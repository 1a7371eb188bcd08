import { Link } from '@tanstack/react-router';
import { paths } from '../paths.ts';
import { Dot } from '../ui/badge.tsx';
import { useEngine } from './engine-strip.tsx';

/** The engine in the corner of each page. */
export function EngineChip() {
  const { state } = useEngine();
  return (
    <Link
      to={paths.engine()}
      aria-label={`Engine: ${state.words}`}
      className="flex min-h-8 items-center gap-2.5 rounded-control px-2.5 text-small text-soft hover:bg-hover hover:text-ink"
    >
      <span className="flex w-4 justify-center">
        <Dot tone={state.tone} live={state.live} />
      </span>
      {state.words}
    </Link>
  );
}
