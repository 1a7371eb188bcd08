import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { queries } from '../api/queries.ts';
import { Frame } from '../pages/people/frame.tsx';
import { paths } from '../paths.ts';
import { buttonClass } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { Shell } from './shell.tsx';

const WHY = 'It may have been mistyped, or what it showed was removed.';

export function NotFound({ what = 'page' }: { what?: string }) {
  return (
    <Page title={`No such ${what}`}>
      <EmptyState icon={Compass} title="Nothing is at this address" action={<WayHome />}>
        {WHY}
      </EmptyState>
    </Page>
  );
}

/** An address that no route has, in the surroundings that the visitor knows. */
export function LostPage() {
  const { data: person, isPending } = useQuery(queries.session());
  if (isPending) return null;
  if (person) {
    return (
      <Shell>
        <NotFound />
      </Shell>
    );
  }
  return (
    <Frame title="No such page" lead={WHY}>
      <div>
        <WayHome />
      </div>
    </Frame>
  );
}

function WayHome() {
  return (
    <Link to={paths.home()} className={buttonClass('primary')}>
      Go to the start
    </Link>
  );
}
