import { Badge } from '../../ui/badge.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { cx } from '../../ui/cx.ts';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ScrollText } from '../../ui/scroll-text.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { duration } from '../../words/time.ts';
import { Elapsed } from './elapsed.tsx';
import type { RunRecord } from './use-runs.ts';

/** What the runs of this page gave. */
export function RunList({ runs }: { runs: RunRecord[] }) {
  if (runs.length === 0) {
    return (
      <p className="text-faint text-small">
        The output of each run appears here. It is kept until you leave the page.
      </p>
    );
  }
  return (
    <ol aria-label="Runs" aria-live="polite" className="flex flex-col gap-3">
      {runs.map((run, index) => (
        <li key={run.id} className="overflow-hidden rounded-panel border border-line bg-surface">
          <RunHead run={run} number={runs.length - index} />
          <RunBody run={run} number={runs.length - index} />
        </li>
      ))}
    </ol>
  );
}

function RunHead({ run, number }: { run: RunRecord; number: number }) {
  const { outcome } = run;
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1.5 text-small">
      <h3 className="font-medium text-small">Run {number}</h3>
      <span className="text-faint">{run.language === 'python' ? 'Python' : 'Bash'}</span>
      {outcome.is === 'running' && (
        <span className="inline-flex items-center gap-2 text-soft">
          <Spinner /> <Elapsed since={run.startedAt} />
        </span>
      )}
      {outcome.is === 'done' && (
        <>
          <Badge tone={outcome.result.exit_code === 0 ? 'good' : 'bad'}>
            Exit code {outcome.result.exit_code ?? 'unknown'}
          </Badge>
          <span className="text-soft">{duration(outcome.result.execution_time * 1000)}</span>
        </>
      )}
      {outcome.is === 'failed' && <Badge tone="bad">Not run</Badge>}
      {outcome.is === 'left' && <Badge tone="warn">Left to itself</Badge>}
      <span className="ml-auto text-faint">
        <RelativeTime at={run.startedAt} />
      </span>
    </div>
  );
}

function RunBody({ run, number }: { run: RunRecord; number: number }) {
  const { outcome, command } = run;
  return (
    <div className="flex flex-col border-line border-t">
      {outcome.is === 'done' && <Output name="stdout" run={number} text={outcome.result.stdout} />}
      {outcome.is === 'done' && outcome.result.stderr && (
        <Output name="stderr" run={number} text={outcome.result.stderr} bad />
      )}
      {outcome.is === 'failed' && (
        <div className="p-3">
          <Notice tone="bad" title={outcome.why} />
        </div>
      )}
      {outcome.is === 'left' && (
        <p className="px-4 py-3 text-small text-soft">
          This page stopped waiting. The program runs on in the machine until its time limit.
        </p>
      )}
      <details className="border-line border-t first:border-t-0">
        <summary className="px-4 py-2 text-faint text-small hover:text-ink">Code</summary>
        <pre className="overflow-x-auto px-4 pb-3 text-small text-soft leading-5">{command}</pre>
      </details>
    </div>
  );
}

function Output(props: { name: 'stdout' | 'stderr'; run: number; text: string; bad?: boolean }) {
  const { name, run, text, bad = false } = props;
  return (
    <div className={cx('border-line not-first:border-t', bad && 'bg-bad-soft')}>
      <div className="flex h-8 items-center justify-between pr-1 pl-4">
        <span className={cx('text-note', bad ? 'text-bad' : 'text-faint')}>{name}</span>
        {text && <CopyButton text={text} label={`Copy ${name} of run ${run}`} />}
      </div>
      {text ? (
        <div className="flex max-h-96 flex-col">
          <ScrollText label={`${name} of run ${run}`} text={text} className="px-4 pb-3" />
        </div>
      ) : (
        <p className="px-4 pb-3 text-faint text-small">Nothing was written.</p>
      )}
    </div>
  );
}
