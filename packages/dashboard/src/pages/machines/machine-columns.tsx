import { ENVIRONMENTS, VM_STATES } from '@instavm/contract/states';
import { Link } from '@tanstack/react-router';
import { isRunning } from '../../api/queries.ts';
import type { Machine } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { Badge, State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Age, TimeLeft } from '../../ui/relative-time.tsx';
import { isolationInWords } from '../../words/isolation.ts';
import { memory } from '../../words/size.ts';
import { endInWords, MACHINE_TONES } from './machine-words.ts';

interface Given {
  keyLabel: (id: number | null) => string;
  onDelete: (machine: Machine) => void;
}

export function machineColumns({ keyLabel, onDelete }: Given): Column<Machine>[] {
  return [
    {
      id: 'machine',
      header: 'Machine',
      names: true,
      sortBy: (machine) => machine.vm_id,
      cell: (machine) => (
        <div className="flex flex-col gap-0.5">
          <Link
            to={paths.machine(machine.vm_id)}
            className="whitespace-nowrap font-medium font-mono text-small underline decoration-edge/60 underline-offset-4 hover:decoration-brass-ink"
          >
            {machine.vm_id}
          </Link>
          <IsolationName isolation={machine.isolation} />
        </div>
      ),
    },
    {
      id: 'status',
      header: 'State',
      sortBy: (machine) => machine.status,
      cell: (machine) => <MachineState machine={machine} />,
    },
    {
      id: 'memory',
      header: 'Memory',
      sortBy: (machine) => machine.memory_mb,
      cell: (machine) => <span className="whitespace-nowrap">{memory(machine.memory_mb)}</span>,
    },
    {
      id: 'created',
      header: 'Age',
      sortBy: (machine) => Date.parse(machine.created_at),
      cell: (machine) => <Age since={machine.created_at} />,
    },
    {
      id: 'left',
      header: 'Time left',
      sortBy: (machine) => (isRunning(machine) && machine.expires_at ? Date.parse(machine.expires_at) : null),
      cell: (machine) =>
        isRunning(machine) && machine.expires_at ? (
          <TimeLeft until={machine.expires_at} />
        ) : (
          <Faint words="None" />
        ),
    },
    {
      id: 'key',
      header: 'Started by',
      sortBy: (machine) => keyLabel(machine.api_key_id),
      cell: (machine) => <span className="wrap-anywhere">{keyLabel(machine.api_key_id)}</span>,
    },
    {
      id: 'environment',
      header: 'Environment',
      sortBy: (machine) => machine.environment,
      cell: (machine) =>
        machine.environment ? (
          <Badge>{ENVIRONMENTS[machine.environment].label}</Badge>
        ) : (
          <Faint words="None" />
        ),
    },
    {
      id: 'actions',
      header: 'Actions',
      actions: true,
      cell: (machine) => (
        <Button
          size="small"
          aria-label={`Delete ${machine.vm_id}`}
          disabledReason={
            isRunning(machine) ? null : `This machine has ended: ${endInWords(machine).toLowerCase()}.`
          }
          onClick={() => onDelete(machine)}
        >
          Delete
        </Button>
      ),
    },
  ];
}

export function IsolationName({ isolation }: { isolation: string | null }) {
  const { short, long } = isolationInWords(isolation);
  return (
    <span title={long} className="text-faint text-small">
      {short}
    </span>
  );
}

export function MachineState({ machine }: { machine: Machine }) {
  return (
    <span title={isRunning(machine) ? undefined : endInWords(machine)}>
      <State tone={MACHINE_TONES[machine.status]} live={machine.status === 'creating'}>
        {VM_STATES[machine.status].label}
      </State>
    </span>
  );
}

const Faint = ({ words }: { words: string }) => <span className="text-faint">{words}</span>;
