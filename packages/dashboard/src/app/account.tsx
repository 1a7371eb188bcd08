import { Link } from '@tanstack/react-router';
import { CircleHelp, LogOut } from 'lucide-react';
import type { Person } from '../api/types.ts';
import { paths } from '../paths.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { ThemeSwitch } from '../ui/theme-switch.tsx';

interface AccountProps {
  person: Person;
  onChoose: () => void;
  onSignOut: () => void;
  onHelp: () => void;
}

/** Who is signed in, and what belongs to this browser. */
export function Account({ person, onChoose, onSignOut, onHelp }: AccountProps) {
  return (
    <div className="flex flex-col gap-3 border-line border-t pt-3">
      <Link
        to={paths.me()}
        onClick={onChoose}
        className="flex min-h-12 min-w-0 flex-col justify-center rounded-control px-2.5 hover:bg-hover aria-[current]:bg-surface aria-[current]:shadow-[0_0_0_1px_var(--line)]"
      >
        <span className="truncate font-medium text-small">{person.name}</span>
        <span className="truncate text-faint text-small" title={person.email}>
          {person.email}
        </span>
      </Link>
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
