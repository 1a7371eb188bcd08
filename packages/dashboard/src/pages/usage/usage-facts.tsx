import type { UsageFigures } from '../../api/types.ts';
import { Facts } from '../../ui/facts.tsx';
import { grouped, machineTimeInWords } from '../../words/limits.ts';
import { latencyInWords, share, trafficInWords } from '../../words/usage.ts';

export function UsageFacts({ totals }: { totals: UsageFigures }) {
  const { requests, errors, limited, executions, vm_seconds: vmSeconds } = totals;
  return (
    <Facts
      facts={[
        { name: 'Requests', value: grouped(requests) },
        { name: 'Errors', value: `${grouped(errors)} (${share(errors, requests)})` },
        { name: 'Met a limit', value: grouped(limited) },
        { name: 'Answered in', value: latencyInWords(totals.latency_ms) },
        { name: 'Traffic', value: trafficInWords(totals) },
        { name: 'Executions', value: grouped(executions) },
        { name: 'Machine time', value: machineTimeInWords(Math.round(vmSeconds)) },
      ]}
    />
  );
}
