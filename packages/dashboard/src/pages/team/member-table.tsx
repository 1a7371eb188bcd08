import { ROLES } from '@instavm/contract/roles';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import type { Member } from '../../api/types.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Select } from '../../ui/select.tsx';
import { type Sort, sortByColumn } from '../../ui/sort.ts';
import { ActButton, keysColumn, SuspendButton, statusColumn } from './key-owner.tsx';
import { MemberSessionsDialog } from './member-sessions-dialog.tsx';
import { RemoveMemberDialog } from './remove-member-dialog.tsx';
import { roleOptions, useGivableRoles, useTeamAct } from './team-acts.ts';

const CHANGED = [queries.members().queryKey, queries.whoami().queryKey];

export function MemberTable({ refusal }: { refusal: string | null }) {
  const { data: members } = useSuspenseQuery(queries.members());
  const { data: me } = useSuspenseQuery(queries.session());
  const givable = useGivableRoles();
  const [sort, setSort] = useState<Sort>({ by: 'name', descending: false });
  const [looking, setLooking] = useState<Member | null>(null);
  const [removing, setRemoving] = useState<Member | null>(null);
  const change = useTeamAct(
    ({ id, role }: { id: number; role: Member['role'] }) => api.changeRole(id, role),
    CHANGED,
  );
  const toggle = useTeamAct(
    ({ person_id: id, status }: Member) =>
      status === 'active' ? api.suspendMember(id) : api.resumeMember(id),
    CHANGED,
  );
  const isMe = (member: Member) => member.person_id === me?.id;
  const refusalFor = (member: Member) =>
    refusal ?? (givable.includes(member.role) ? null : `${member.name} stands above your role.`);
  const columns: Column<Member>[] = [
    {
      id: 'name',
      header: 'Name',
      names: true,
      sortBy: ({ name }) => name,
      cell: (member) => (
        <div className="min-w-0">
          <span className="font-medium">{member.name}</span>
          {isMe(member) && <span className="text-faint"> (you)</span>}
          <p className="wrap-anywhere text-small text-soft">{member.email}</p>
        </div>
      ),
    },
    {
      id: 'role',
      header: 'Role',
      sortBy: ({ role }) => role,
      cell: (member) =>
        refusalFor(member) ? (
          ROLES[member.role].title
        ) : (
          <Select
            aria-label={`Role of ${member.name}`}
            options={roleOptions(givable)}
            value={member.role}
            disabled={change.isPending}
            onChange={(event) =>
              change.mutate({ id: member.person_id, role: event.target.value as Member['role'] })
            }
          />
        ),
    },
    keysColumn(),
    {
      id: 'joined',
      header: 'Joined',
      sortBy: ({ joined_at }) => joined_at,
      cell: ({ joined_at }) => <RelativeTime at={joined_at} />,
    },
    statusColumn(),
    {
      id: 'actions',
      header: 'Actions',
      actions: true,
      cell: (member) => (
        <div className="flex flex-wrap justify-end gap-1">
          <SuspendButton
            owner={member}
            refusal={
              refusalFor(member) ?? (isMe(member) ? 'Nobody suspends themselves: ask another owner.' : null)
            }
            onClick={() => toggle.mutate(member)}
          />
          <ActButton
            act="Sign-ins"
            owner={member}
            refusal={refusalFor(member)}
            onClick={() => setLooking(member)}
          />
          <ActButton
            act="Remove"
            owner={member}
            refusal={refusalFor(member)}
            onClick={() => setRemoving(member)}
          />
        </div>
      ),
    },
  ];
  return (
    <>
      <DataTable
        label="Members"
        columns={columns}
        rows={sortByColumn(members, columns, sort)}
        rowKey={(member) => member.person_id}
        sort={sort}
        onSort={setSort}
        faded={(member) => member.status === 'suspended'}
      />
      <MemberSessionsDialog member={looking} onClose={() => setLooking(null)} />
      <RemoveMemberDialog member={removing} onClose={() => setRemoving(null)} />
    </>
  );
}
