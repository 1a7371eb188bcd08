import { cx } from './cx.ts';

/** A key whose bow is a chip: what one holds and what it opens, in one sign. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className="shrink-0">
      <rect width="24" height="24" rx="5.5" className="fill-brass" />
      <path
        fillRule="evenodd"
        d="M4 7.5h8.5v3H20v6h-3v-2.5h-1.5V16h-3v.5H4v-9Zm2.75 2.75v3.5h3v-3.5h-3Z"
        className="fill-on-brass"
      />
    </svg>
  );
}

export function Wordmark({ large = false }: { large?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2.5">
      <Mark size={large ? 28 : 22} />
      <span className={cx('font-semibold tracking-[-0.02em]', large ? 'text-title' : 'text-lead')}>
        Insta<span className="text-brass-ink">VM</span>
      </span>
    </span>
  );
}
