import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useKeyChanged } from './key-acts.ts';
import type { KeyTextVerdict } from './key-text.ts';
import { keyName } from './key-words.ts';

interface LeakReportProps {
  text: string;
  verdict: Extract<KeyTextVerdict, { kind: 'right' }>;
  onBack: () => void;
  onDone: () => void;
}

/** Says what a report does, sends it, and says what has happened. */
export function LeakReport({ text, verdict, onBack, onDone }: LeakReportProps) {
  const changed = useKeyChanged();
  const report = useMutation({
    gcTime: 0,
    mutationFn: () => api.reportLeak(text),
    onSuccess: () => changed(),
  });
  const name = verdict.known ? keyName(verdict.known) : 'The key';
  if (report.isSuccess) {
    return (
      <>
        <Notice tone="good" alert title="The report is received">
          If this server knows the key, it is revoked and its owner is told. The answer is the same for any
          text, so that nobody can try keys with it.
        </Notice>
        <div className="flex justify-end">
          <Button look="primary" autoFocus onClick={onDone}>
            Done
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <p>
        The whole text of <code className="wrap-anywhere">{verdict.masked}</code> is sent to this server.
      </p>
      <ul className="flex list-disc flex-col gap-1.5 pl-5">
        <li>
          <strong className="font-semibold">{name}</strong> is revoked at once if its secret is right. That is
          final: programs that use it need a new key.
        </li>
        <li>Its owner is told that it leaked, and the audit trail keeps the report.</li>
        <li>The server answers the same whether it knows the key or not.</li>
      </ul>
      {report.error && <Notice tone="bad" alert title={errorInWords(report.error)} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>Back</Button>
        <Button look="danger" busy={report.isPending && 'Reporting'} onClick={() => report.mutate()}>
          Report and revoke
        </Button>
      </div>
    </>
  );
}
