import { Link } from '@tanstack/react-router';
import { isRunning } from '../../api/queries.ts';
import type { Machine } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { Badge, State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { RelativeTime, TimeLeft } from '../../ui/relative-time.tsx';
import { isolationInWords } from '../../words/isolation.ts';
import { memory } from '../../words/size.ts';
import { ENVIRONMENT_WORDS } from '../keys/key-words.ts';
import { endInWords, MACHINE_STATUS } from './machine-words.ts';

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
        <Link
          to={paths.machine(machine.vm_id)}
          className="wrap-anywhere font-medium font-mono text-small underline decoration-line underline-offset-4 hover:decoration-brass-ink"
        >
          {machine.vm_id}
        </Link>
      ),
    },
    {
      id: 'status',
      header: 'State',
      sortBy: (machine) => machine.status,
      cell: (machine) => <MachineState machine={machine} />,
    },
    {
      id: 'isolation',
      header: 'Isolation',
      sortBy: (machine) => machine.isolation,
      cell: (machine) => (
        <span title={isolationInWords(machine.isolation).long}>
          {isolationInWords(machine.isolation).short}
        </span>
      ),
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
      cell: (machine) => <RelativeTime at={machine.created_at} />,
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
          <Badge>{ENVIRONMENT_WORDS[machine.environment]}</Badge>
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

export function MachineState({ machine }: { machine: Machine }) {
  const { tone, words, live = false } = MACHINE_STATUS[machine.status];
  return (
    <span title={isRunning(machine) ? undefined : endInWords(machine)}>
      <State tone={tone} live={live}>
        {words}
      </State>
    </span>
  );
}

const Faint = ({ words }: { words: string }) => <span className="text-faint">{words}</span>;
