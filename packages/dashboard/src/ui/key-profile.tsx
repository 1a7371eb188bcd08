import { cx } from './cx.ts';
import { teethPath, widthOfTeeth } from './key-blade.ts';

interface KeyProfileProps {
  /** The public part alone: nothing of the secret is drawn. */
  publicId: string;
  className?: string | undefined;
}

const BOW = 'M3 0h9a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3Zm2 5.5v5h5v-5z';

/**
 * A key whose teeth are cut by its public id, so that two keys are told apart at a glance. It says nothing that
 * the id beside it does not.
 */
export function KeyProfile({ publicId, className }: KeyProfileProps) {
  const blade = widthOfTeeth(publicId.length);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${22 + blade} 16`}
      className={cx('shrink-0 fill-current', className)}
    >
      <path fillRule="evenodd" d={BOW} />
      <path d={`M15 3h${5 + blade}l2 2-1 2H15z${teethPath(publicId, 19, 6)}`} />
    </svg>
  );
}
