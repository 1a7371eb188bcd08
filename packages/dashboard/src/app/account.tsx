import { CircleHelp, LogOut } from 'lucide-react';
import type { Person } from '../api/types.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { ThemeSwitch } from '../ui/theme-switch.tsx';
import { AccountSwitch } from './account-switch.tsx';

interface AccountProps {
  person: Person;
  onSignOut: () => void;
  onHelp: () => void;
}

/** Who is signed in, and what belongs to this browser. */
export function Account({ person, onSignOut, onHelp }: AccountProps) {
  return (
    <div className="flex flex-col gap-3 border-line border-t pt-3">
      <AccountSwitch />
      <div className="min-w-0 px-2.5">
        <p className="truncate font-medium text-small">{person.name}</p>
        <p className="truncate text-faint text-small" title={person.email}>
          {person.email}
        </p>
      </div>
      <div className="flex items-center justify-between gap-1 pl-2">
        <ThemeSwitch />
        <div className="flex">
          <IconButton icon={CircleHelp} label="Keyboard help" onClick={onHelp} />
          <IconButton icon={LogOut} label="Sign out" onClick={onSignOut} />
        </div>
      </div>
    </div>
  );
}
