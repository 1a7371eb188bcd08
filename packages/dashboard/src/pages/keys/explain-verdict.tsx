import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import { errorInWords } from '../../api/errors.ts';
import type { Explanation } from '../../api/types.ts';
import { cx } from '../../ui/cx.ts';

interface ExplainVerdictProps {
  answer: Explanation | undefined;
  error: Error | null;
  /** The question can be asked as it is. */
  isWhole: boolean;
}

const LOOKS = {
  allowed: { icon: CircleCheck, box: 'border-good-line bg-good-soft', mark: 'text-good' },
  refused: { icon: CircleX, box: 'border-bad-line bg-bad-soft', mark: 'text-bad' },
  none: { icon: CircleHelp, box: 'border-line bg-sunken', mark: 'text-soft' },
};

/** Allowed or refused, by which rule, and why. Keeps its height, so that nothing jumps between two questions. */
export function ExplainVerdict({ answer, error, isWhole }: ExplainVerdictProps) {
  if (!isWhole) return <Verdict look="none" title="Nothing asked yet" reason="The question is not whole." />;
  if (error) return <Verdict look="none" title="No answer" reason={errorInWords(error)} />;
  if (!answer) return <Verdict look="none" title="Asking" reason="The server's own rules decide." />;
  return (
    <Verdict
      look={answer.allowed ? 'allowed' : 'refused'}
      title={answer.allowed ? 'Allowed' : 'Refused'}
      rule={answer.rule === 'allowed' ? null : <code>{answer.rule}</code>}
      reason={answer.reason}
    />
  );
}

interface VerdictProps {
  look: keyof typeof LOOKS;
  title: string;
  rule?: ReactNode;
  reason: string;
}

function Verdict({ look, title, rule, reason }: VerdictProps) {
  const { icon: Icon, box, mark } = LOOKS[look];
  return (
    <div
      role="status"
      className={cx('flex min-h-19 gap-3 rounded-control border px-3.5 py-3 transition-colors', box)}
    >
      <Icon size={20} aria-hidden className={cx('mt-px shrink-0', mark)} />
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline gap-x-2.5">
          <span className={cx('font-semibold', mark)}>{title}</span>
          {rule && <span className="text-small text-soft">by the rule {rule}</span>}
        </p>
        <p className="wrap-anywhere text-small">{reason}</p>
      </div>
    </div>
  );
}
