import type { ApiKey } from '../../api/types.ts';
import { cx } from '../../ui/cx.ts';
import { useNow } from '../../ui/now.ts';
import { Age, RelativeTime } from '../../ui/relative-time.tsx';
import { age } from '../../words/time.ts';
import { expiresSoon } from './key-words.ts';
import { type LifeLineMarks, lifeLineMarks } from './life-line-marks.ts';

const WHY: Record<NonNullable<LifeLineMarks['ends']>['why'], string> = {
  expiry: 'Expires',
  idle: 'Ends unless used',
  rotation: 'Replaced',
  ended: 'Ended',
};

/** A key's life drawn as a line: what is spent of it, and what ends it. The words say the same. */
export function LifeLine({ apiKey }: { apiKey: ApiKey }) {
  const now = useNow(60_000);
  const { lived, startsAt, ends } = lifeLineMarks(apiKey, now);
  const isSoon = expiresSoon(apiKey, now);
  return (
    <div className="flex flex-col gap-1.5">
      <svg
        aria-hidden="true"
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        className="h-2 w-full overflow-visible"
      >
        <rect y="3" width="100" height="2" className="fill-line" />
        <rect
          y="2"
          width={Math.max(0.8, lived * 100)}
          height="4"
          className={cx(ends?.why === 'ended' ? 'fill-faint' : isSoon ? 'fill-warn' : 'fill-brass-ink')}
        />
        {startsAt !== null && <rect x={startsAt * 100} y="0" width="0.5" height="8" className="fill-soft" />}
      </svg>
      <div className="flex flex-wrap justify-between gap-x-4 text-small text-soft">
        <span>
          {apiKey.ended_at ? (
            `Lived ${age(Date.parse(apiKey.created_at), Date.parse(apiKey.ended_at))}`
          ) : (
            <>
              <Age since={apiKey.created_at} /> old
            </>
          )}
        </span>
        <span className={isSoon ? 'font-medium text-warn' : undefined}>
          {ends ? (
            <>
              {WHY[ends.why]} <RelativeTime at={ends.at} />
            </>
          ) : (
            'No end is set'
          )}
        </span>
      </div>
    </div>
  );
}
