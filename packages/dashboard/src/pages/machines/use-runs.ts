import { useCallback, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import type { Language, RunResult } from '../../api/types.ts';

export interface RunRecord {
  id: number;
  language: Language;
  command: string;
  startedAt: string;
  outcome: RunOutcome;
}

export type RunOutcome =
  | { is: 'running' }
  | { is: 'done'; result: RunResult }
  | { is: 'failed'; why: string }
  | { is: 'left' };

interface Ask {
  language: Language;
  command: string;
  timeoutSeconds: number;
}

/** The runs started on this page, the latest first. They are forgotten when one leaves it. */
export function useRuns(sessionId: string | null) {
  const [runs, setRuns] = useState<RunRecord[]>([]);
  const waiting = useRef<AbortController | null>(null);
  const start = useCallback(
    async ({ language, command, timeoutSeconds }: Ask) => {
      if (!sessionId || waiting.current) return;
      const abort = new AbortController();
      waiting.current = abort;
      const started = new Date();
      const id = started.getTime();
      const record = { id, language, command, startedAt: started.toISOString() };
      setRuns((all) => [{ ...record, outcome: { is: 'running' } }, ...all]);
      const outcome = await api
        .run({ session_id: sessionId, language, command, timeout: timeoutSeconds }, abort.signal)
        .then((result): RunOutcome => ({ is: 'done', result }))
        .catch((error: unknown): RunOutcome => {
          return abort.signal.aborted ? { is: 'left' } : { is: 'failed', why: errorInWords(error) };
        });
      waiting.current = null;
      setRuns((all) => all.map((run) => (run.id === id ? { ...record, outcome } : run)));
    },
    [sessionId],
  );
  const stop = useCallback(() => waiting.current?.abort(), []);
  return { runs, running: runs[0]?.outcome.is === 'running', start, stop };
}
