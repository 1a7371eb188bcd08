import type { Readiness } from '../../api/types.ts';
import { useEngine } from '../../app/engine-strip.tsx';
import { progressDetail } from '../../app/engine-words.ts';
import { State } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { ProgressRail } from '../../ui/progress-rail.tsx';
import { isolationInWords } from '../../words/isolation.ts';

const STATES = {
  preparing: { tone: 'brass', words: 'Being prepared' },
  ready: { tone: 'good', words: 'Ready' },
  unavailable: { tone: 'bad', words: 'Unavailable' },
} as const;

const DRIVERS: Record<string, string> = {
  qemu: 'QEMU',
  fake: 'Simulated, for development',
};

/** What makes the machines on this box, and what keeps them apart from it. */
export function EnginePage() {
  const { readiness } = useEngine();
  return (
    <Page title="Engine" lead="The part of the server that makes machines on this box.">
      {readiness ? <Engine readiness={readiness} /> : <p className="text-soft">Asking the server.</p>}
    </Page>
  );
}

function Engine({ readiness }: { readiness: Readiness }) {
  const { vm } = readiness;
  const isolation = isolationInWords(vm.isolation);
  const state = STATES[vm.state];
  return (
    <>
      {vm.state === 'unavailable' && (
        <Notice tone="bad" title="No machine can start on this box">
          <p>{vm.detail ?? 'The engine gave no reason. The log of the server may.'}</p>
          <p className="mt-1">
            <code>npm run -s instavmd -- doctor</code> checks what it needs.
          </p>
        </Notice>
      )}
      {vm.state === 'preparing' && vm.progress && (
        <Panel title={`Step ${vm.progress.step} of ${vm.progress.steps}: ${vm.progress.title}`}>
          <div className="flex flex-wrap items-center gap-4">
            <ProgressRail progress={vm.progress} />
            <span className="text-small text-soft">{progressDetail(vm.progress)}</span>
          </div>
          <p className="mt-3 text-small text-soft">
            This happens once. Later starts take seconds. You can create API keys meanwhile.
          </p>
        </Panel>
      )}
      <Panel>
        <Facts
          facts={[
            { name: 'State', value: <State tone={state.tone}>{state.words}</State> },
            { name: 'Driver', value: DRIVERS[vm.driver] ?? vm.driver },
            { name: 'Isolation', value: isolation.short },
            { name: 'Database', value: readiness.database === 'ok' ? 'Answers' : 'Does not answer' },
          ]}
        />
      </Panel>
      <Panel title="What keeps a machine apart from this box">
        <p className="max-w-2xl text-soft">{isolation.long}</p>
      </Panel>
    </>
  );
}
