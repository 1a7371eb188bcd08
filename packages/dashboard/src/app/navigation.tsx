import { Link } from '@tanstack/react-router';
import { Building2, ChartColumn, Cpu, KeyRound, Server, Users, Webhook } from 'lucide-react';
import { paths } from '../paths.ts';

const PLACES = [
  { to: paths.keys(), label: 'API keys', icon: KeyRound },
  { to: paths.machines(), label: 'Machines', icon: Server },
  { to: paths.usage(), label: 'Usage', icon: ChartColumn },
  { to: paths.webhooks(), label: 'Webhooks', icon: Webhook },
  { to: paths.team(), label: 'Team', icon: Users },
  { to: paths.account(), label: 'Account', icon: Building2 },
  { to: paths.engine(), label: 'Engine', icon: Cpu },
];

export function Navigation({ onChoose }: { onChoose?: () => void }) {
  return (
    <nav aria-label="Main">
      <ul className="flex flex-col gap-0.5">
        {PLACES.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              {...(onChoose ? { onClick: onChoose } : {})}
              className="group relative flex h-8 items-center gap-2.5 rounded-control px-2.5 font-medium text-soft hover:bg-hover hover:text-ink aria-[current]:bg-surface aria-[current]:text-ink aria-[current]:shadow-[0_0_0_1px_var(--line)]"
            >
              <span
                aria-hidden
                className="absolute top-2 bottom-2 left-0 w-0.5 rounded-full bg-brass-ink opacity-0 group-aria-[current]:opacity-100"
              />
              <Icon size={16} aria-hidden className="group-aria-[current]:text-brass-ink" />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
