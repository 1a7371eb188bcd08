import type { RoleName } from '@instavm/contract/roles';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { roleOptions } from './team-acts.ts';

interface RoleFieldProps<Role extends RoleName> {
  hint: string;
  roles: readonly RoleName[];
  value: Role;
  onChange: (role: Role) => void;
}

/** Which role somebody new gets. */
export function RoleField<Role extends RoleName>({ hint, roles, value, onChange }: RoleFieldProps<Role>) {
  return (
    <Field label="Role" hint={hint}>
      {(given) => (
        <Select
          {...given}
          options={roleOptions(roles)}
          value={value}
          onChange={(event) => onChange(event.target.value as Role)}
        />
      )}
    </Field>
  );
}
