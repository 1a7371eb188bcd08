import { Link } from '@tanstack/react-router';
import { paths } from '../paths.ts';
import { Dot } from '../ui/badge.tsx';
import { useEngine } from './engine-strip.tsx';

/** The engine in the corner of each page. */
export function EngineChip() {
  const { words, detail, tone, live } = useEngine().state;
  return (
    <Link
      to={paths.engine()}
      className="flex min-h-12 items-center gap-2.5 rounded-control px-2.5 text-small hover:bg-hover"
    >
      <span className="flex w-4 shrink-0 justify-center">
        <Dot tone={tone} live={live} />
      </span>
      <span className="flex min-w-0 flex-col">
        <span className="truncate text-soft">{words}</span>
        {detail && <span className="truncate text-faint">{detail}</span>}
      </span>
    </Link>
  );
}
