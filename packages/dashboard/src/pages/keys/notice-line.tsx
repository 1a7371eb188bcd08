import { TriangleAlert } from 'lucide-react';
import type { KeyNotice } from '../../api/types.ts';
import { AppLink } from '../../ui/app-link.tsx';
import { cx } from '../../ui/cx.ts';
import { isSerious, noticeAction } from './notice-action.ts';

interface NoticeLineProps {
  id: number;
  /** What the key is called, for who hears the link alone. */
  name: string;
  notice: KeyNotice;
  /** How many more the key has. */
  more?: number;
}

/** One quiet mark: what its owner should know of a key, and the one thing to do. */
export function NoticeLine({ id, name, notice, more = 0 }: NoticeLineProps) {
  const action = noticeAction(notice, id);
  return (
    <span className="flex items-start gap-1.5 text-small">
      <TriangleAlert
        size={14}
        aria-hidden
        className={cx('mt-[3px] shrink-0', isSerious(notice) ? 'text-bad' : 'text-warn')}
      />
      <span className="min-w-0 text-soft">
        {notice.text}{' '}
        {action && (
          <AppLink
            to={action.to}
            aria-label={`${action.label} ${name}`}
            className="whitespace-nowrap font-medium text-ink underline underline-offset-2"
          >
            {action.label}
          </AppLink>
        )}
        {more > 0 && <span className="text-faint"> and {more} more</span>}
      </span>
    </span>
  );
}
