import { cx } from './cx.ts';
import { bladePath, HEIGHT } from './key-blade.ts';

interface KeyProfileProps {
  /** The public part alone: nothing of the secret is drawn. */
  publicId: string;
  className?: string;
}

/**
 * The blade of a key, cut by its public id, so that two keys are told apart at a glance. It says nothing that the
 * id beside it does not.
 */
export function KeyProfile({ publicId, className }: KeyProfileProps) {
  const { path, width } = bladePath(publicId);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      className={cx('shrink-0 fill-current', className)}
    >
      <path d={path} />
    </svg>
  );
}
