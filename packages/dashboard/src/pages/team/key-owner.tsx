import { State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';

/** What members and service accounts have in common: keys are theirs, and they can be suspended. */
export interface KeyOwner {
  name: string;
  live_keys: number;
  status: 'active' | 'suspended';
}

export function keysColumn<Row extends KeyOwner>(): Column<Row> {
  const count = ({ live_keys }: Row) => live_keys;
  return { id: 'keys', header: 'API keys', align: 'right', sortBy: count, cell: count };
}

export function statusColumn<Row extends KeyOwner>(): Column<Row> {
  return {
    id: 'status',
    header: 'Status',
    sortBy: ({ status }) => status,
    cell: ({ status }) =>
      status === 'active' ? <State tone="good">Active</State> : <State tone="warn">Suspended</State>,
  };
}

interface ActButtonProps {
  owner: KeyOwner;
  /** Why it cannot be done; null when it can. */
  refusal: string | null;
  onClick: () => void;
}

export function SuspendButton(props: ActButtonProps) {
  return <ActButton {...props} act={props.owner.status === 'active' ? 'Suspend' : 'Resume'} />;
}

export function ActButton({ act, owner, refusal, onClick }: ActButtonProps & { act: string }) {
  return (
    <Button size="small" aria-label={`${act} ${owner.name}`} disabledReason={refusal} onClick={onClick}>
      {act}
    </Button>
  );
}
