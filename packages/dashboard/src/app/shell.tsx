import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { Menu } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import { paths } from '../paths.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Wordmark } from '../ui/logo.tsx';
import { Account } from './account.tsx';
import { AccountSwitch } from './account-switch.tsx';
import { EngineChip } from './engine-chip.tsx';
import { EngineStrip } from './engine-strip.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { MenuDrawer } from './menu-drawer.tsx';
import { Navigation } from './navigation.tsx';
import { useSignOut } from './sign-out.ts';
import { useFocusOnNavigation } from './use-focus-on-navigation.ts';

/** What surrounds every page of a signed-in person. `children` instead of the route's page. */
export function Shell({ children }: { children?: ReactNode }) {
  const { data: person } = useSuspenseQuery(queries.session());
  const [menu, setMenu] = useState(false);
  const [help, setHelp] = useState(false);
  const signOut = useSignOut();
  useFocusOnNavigation();
  if (!person) return null;
  const account = (
    <Account
      person={person}
      onChoose={() => setMenu(false)}
      onSignOut={signOut}
      onHelp={() => {
        setMenu(false);
        setHelp(true);
      }}
    />
  );
  return (
    <div className="flex min-h-dvh flex-col md:grid md:grid-cols-[14.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only rounded-control bg-ink px-3 py-2 text-ground focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to content
      </a>
      <header className="sticky top-0 hidden h-dvh flex-col gap-6 border-line border-r bg-sunken/50 p-3 md:flex">
        <Link to={paths.home()} aria-label="InstaVM, home" className="rounded-control px-2.5 pt-2">
          <Wordmark />
        </Link>
        <div className="flex flex-1 flex-col gap-4">
          <AccountSwitch />
          <Navigation />
        </div>
        <div className="flex flex-col gap-3">
          <EngineChip />
          {account}
        </div>
      </header>
      <header className="flex h-12 items-center justify-between border-line border-b bg-sunken/50 px-4 md:hidden">
        <Link to={paths.home()} aria-label="InstaVM, home" className="flex rounded-control">
          <Wordmark />
        </Link>
        <IconButton icon={Menu} label="Menu" onClick={() => setMenu(true)} />
      </header>
      <MenuDrawer open={menu} onClose={() => setMenu(false)}>
        <div className="flex flex-col gap-4">
          <AccountSwitch />
          <Navigation onChoose={() => setMenu(false)} />
        </div>
        <div className="flex flex-col gap-3">
          <EngineChip />
          {account}
        </div>
      </MenuDrawer>
      <div className="flex min-w-0 flex-1 flex-col">
        <EngineStrip />
        <main id="main" className="flex-1">
          {children ?? <Outlet />}
        </main>
      </div>
      <HelpDialog open={help} onOpenChange={setHelp} />
    </div>
  );
}
