import { ENVIRONMENTS } from '@instavm/contract/states';
import { isRunning } from '../../api/queries.ts';
import type { Machine } from '../../api/types.ts';
import { Facts } from '../../ui/facts.tsx';
import { Age, RelativeTime, TimeLeft } from '../../ui/relative-time.tsx';
import { isolationInWords } from '../../words/isolation.ts';
import { memory } from '../../words/size.ts';
import { duration } from '../../words/time.ts';
import { MachineState } from './machine-columns.tsx';
import { useKeyLabel } from './use-key-label.ts';

export function MachineFacts({ machine }: { machine: Machine }) {
  const keyLabel = useKeyLabel();
  const isolation = isolationInWords(machine.isolation);
  return (
    <Facts
      facts={[
        { name: 'State', value: <MachineState machine={machine} /> },
        { name: 'Isolation', value: <span title={isolation.long}>{isolation.short}</span> },
        { name: 'Size', value: `${memory(machine.memory_mb)}, ${machine.vcpu_count} vCPU` },
        { name: 'Age', value: <Age since={machine.created_at} /> },
        {
          name: 'Time left',
          value: isRunning(machine) && machine.expires_at ? <TimeLeft until={machine.expires_at} /> : 'None',
        },
        {
          name: 'Ends when unused',
          value:
            machine.idle_timeout_seconds === null ? (
              'No'
            ) : (
              <>
                After {duration(machine.idle_timeout_seconds * 1000)}
                {isRunning(machine) && machine.idle_expires_at && (
                  <span className="block text-small text-soft">
                    <TimeLeft until={machine.idle_expires_at} /> left
                  </span>
                )}
              </>
            ),
        },
        { name: 'At the latest', value: <RelativeTime at={machine.absolute_expires_at} /> },
        { name: 'Started by', value: keyLabel(machine.api_key_id) },
        {
          name: 'Environment',
          value: machine.environment ? ENVIRONMENTS[machine.environment].label : 'None',
        },
      ]}
    />
  );
}
