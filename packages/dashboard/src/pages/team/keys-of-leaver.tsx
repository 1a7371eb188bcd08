import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import type { Member } from '../../api/types.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';

interface KeysOfLeaverProps {
  member: Member;
  /** Who asks is who goes. */
  own?: boolean;
  value: string;
  onChange: (keys: string) => void;
}

/** What happens to the keys of a member who goes: they end, or somebody else has them. */
export function KeysOfLeaver({ member, own = false, value, onChange }: KeysOfLeaverProps) {
  const { data: members = [] } = useQuery(queries.members());
  const { data: services = [] } = useQuery(queries.serviceAccounts());
  const isActive = ({ status }: { status: string }) => status === 'active';
  const heirs = [
    ...services
      .filter(isActive)
      .map(({ id, name }) => ({ value: `service_account:${id}`, label: `Hand over to ${name}` })),
    ...members
      .filter((other) => isActive(other) && other.person_id !== member.person_id)
      .map(({ person_id, name }) => ({ value: `member:${person_id}`, label: `Hand over to ${name}` })),
  ];
  const { live_keys: count } = member;
  const keys = `${own ? 'your' : 'their'} ${count === 1 ? 'API key' : `${count} API keys`}`;
  return (
    <Field
      label={`What happens to ${keys}`}
      hint={`A key that is handed over can do nothing new. ${own ? 'You still know it' : 'Whoever leaves still knows it'}: ${own ? 'its new owner should rotate it soon' : 'rotate it soon'}.`}
    >
      {(given) => (
        <Select
          {...given}
          options={[{ value: 'revoke', label: count === 1 ? 'Revoke it' : 'Revoke them' }, ...heirs]}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
