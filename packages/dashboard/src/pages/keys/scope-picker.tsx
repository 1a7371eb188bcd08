import type { Permission } from '@instavm/contract/permissions';
import { useState } from 'react';
import { CheckBox } from '../../ui/check-box.tsx';
import { cx } from '../../ui/cx.ts';
import { inputClass } from '../../ui/field.tsx';
import { PERMISSION_GROUPS, type PermissionGroup, scopesFor } from '../../words/scopes.ts';

interface ScopePickerProps {
  chosen: ReadonlySet<Permission>;
  held: readonly string[] | undefined;
  onChange: (scopes: string[]) => void;
}

/** Every permission with its meaning, by what it is about. */
export function ScopePicker({ chosen, held, onChange }: ScopePickerProps) {
  const [q, setQ] = useState('');
  const found = PERMISSION_GROUPS.flatMap((group) => matching(group, q.trim().toLowerCase()));
  const set = (names: Permission[], isIn: boolean) => {
    const next = new Set(chosen);
    for (const name of names) {
      if (isIn) next.add(name);
      else next.delete(name);
    }
    onChange(scopesFor(next));
  };
  const mayGive = (name: Permission) => !held || held.includes(name);
  return (
    <div className="overflow-hidden rounded-panel border border-line bg-surface">
      <div className="flex items-center gap-3 border-line border-b p-2">
        <input
          type="search"
          aria-label="Search permissions"
          placeholder="Search permissions"
          value={q}
          onChange={(event) => setQ(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
          className={cx(inputClass, 'max-w-64')}
        />
        <span role="status" className="shrink-0 pr-2 text-small text-soft">
          {[...chosen].filter((name) => name !== 'self:read').length} chosen
        </span>
      </div>
      <section
        aria-label="Permissions"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        className="relative h-80 divide-y divide-line overflow-y-auto focus-visible:-outline-offset-2"
      >
        {found.length === 0 && <p className="px-4 py-3 text-soft">No permission has that in its words.</p>}
        {found.map((group) => (
          <Group key={group.resource} group={group} chosen={chosen} mayGive={mayGive} onSet={set} />
        ))}
      </section>
    </div>
  );
}

interface GroupProps {
  group: PermissionGroup;
  chosen: ReadonlySet<Permission>;
  mayGive: (name: Permission) => boolean;
  onSet: (names: Permission[], isIn: boolean) => void;
}

function Group({ group, chosen, mayGive, onSet }: GroupProps) {
  const names = group.permissions.map(({ name }) => name).filter(mayGive);
  const held = names.filter((name) => chosen.has(name)).length;
  return (
    <fieldset className="px-4 py-2.5">
      <legend className="sr-only">{group.title}</legend>
      <label className="flex items-center gap-2.5 py-1 font-medium">
        <CheckBox
          checked={held > 0 && held === names.length}
          indeterminate={held > 0 && held < names.length}
          disabled={names.length === 0}
          onChange={(event) => onSet(names, event.target.checked)}
        />
        {group.title}
      </label>
      {group.permissions.map(({ name, meaning }) => (
        <label
          key={name}
          title={mayGive(name) ? undefined : 'You may not do this yourself, so you cannot give it.'}
          className={cx('flex items-start gap-2.5 py-1 pl-6.5', !mayGive(name) && 'text-faint')}
        >
          <CheckBox
            className="mt-0.5"
            checked={chosen.has(name)}
            disabled={!mayGive(name)}
            onChange={(event) => onSet([name], event.target.checked)}
          />
          <span className="min-w-0 flex-1">{meaning}</span>
          <code className="hidden text-faint text-small sm:block">{name}</code>
        </label>
      ))}
    </fieldset>
  );
}

function matching(group: PermissionGroup, q: string): PermissionGroup[] {
  const permissions = group.permissions.filter(({ name, meaning }) =>
    `${group.title} ${name} ${meaning}`.toLowerCase().includes(q),
  );
  return permissions.length > 0 ? [{ ...group, permissions }] : [];
}
