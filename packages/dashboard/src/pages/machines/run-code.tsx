import { useState } from 'react';
import type { Language, Machine } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Select } from '../../ui/select.tsx';
import { CodeEditor } from './code-editor.tsx';
import { RunList } from './run-list.tsx';
import { EXAMPLES, runRefusal, TIMEOUT_OPTIONS } from './run-words.ts';
import { useRuns } from './use-runs.ts';

/** An editor, and below it what its runs gave, the latest first. */
export function RunCode({ machine }: { machine: Machine }) {
  const { runs, running, start, stop } = useRuns(machine.session_id);
  const [language, setLanguage] = useState<Language>('python');
  const [texts, setTexts] = useState<Record<Language, string>>(EXAMPLES);
  const [timeoutSeconds, setTimeoutSeconds] = useState('30');
  const text = texts[language];
  const refusal = runRefusal(machine, text);
  const run = () => {
    if (!refusal && !running) void start({ language, command: text, timeoutSeconds: Number(timeoutSeconds) });
  };
  return (
    <>
      <section className="overflow-hidden rounded-panel border border-line bg-surface">
        <div className="flex flex-wrap items-center gap-2 border-line border-b px-3 py-2">
          <h2 className="mr-auto pl-1 text-body">Run code</h2>
          <Select
            aria-label="Language"
            value={language}
            onChange={(event) => setLanguage(event.target.value as Language)}
            options={[
              { value: 'python', label: 'Python' },
              { value: 'bash', label: 'Bash' },
            ]}
          />
          <Select
            aria-label="Time limit"
            value={timeoutSeconds}
            onChange={(event) => setTimeoutSeconds(event.target.value)}
            options={TIMEOUT_OPTIONS}
          />
        </div>
        <CodeEditor value={text} onChange={(next) => setTexts({ ...texts, [language]: next })} onRun={run} />
        <div className="flex flex-wrap items-center gap-3 border-line border-t bg-sunken/60 px-3 py-2">
          <Button look="primary" busy={running && 'Running'} disabledReason={refusal} onClick={run}>
            Run
          </Button>
          {running ? (
            <Button look="quiet" onClick={stop}>
              Stop waiting
            </Button>
          ) : (
            <span className="flex items-center gap-1 text-faint text-small">
              <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd>
            </span>
          )}
        </div>
      </section>
      <RunList runs={runs} />
    </>
  );
}
