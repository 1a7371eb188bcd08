import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

type NoticeTone = 'good' | 'warn' | 'bad' | 'neutral';

const LOOKS = {
  good: { icon: CircleCheck, box: 'border-good-line bg-good-soft', mark: 'text-good' },
  warn: { icon: TriangleAlert, box: 'border-warn-line bg-warn-soft', mark: 'text-warn' },
  bad: { icon: CircleAlert, box: 'border-bad-line bg-bad-soft', mark: 'text-bad' },
  neutral: { icon: Info, box: 'border-line bg-sunken', mark: 'text-soft' },
};

interface NoticeProps {
  tone?: NoticeTone;
  title?: string | undefined;
  children?: ReactNode;
  /** Read out when it appears: an error after an attempt. */
  alert?: boolean;
}

export function Notice({ tone = 'neutral', title, children, alert = false }: NoticeProps) {
  const { icon: Icon, box, mark } = LOOKS[tone];
  return (
    <div
      role={alert ? 'alert' : undefined}
      className={cx('flex gap-2.5 rounded-control border px-3 py-2.5 text-small', box)}
    >
      <Icon size={16} aria-hidden className={cx('mt-0.5 shrink-0', mark)} />
      <div className="min-w-0">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className="wrap-anywhere text-soft">{children}</div>}
      </div>
    </div>
  );
}
