import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { paths } from '../paths.ts';
import { buttonClass } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';

export function NotFound({ what = 'page' }: { what?: string }) {
  return (
    <Page title={`No such ${what}`}>
      <EmptyState
        icon={Compass}
        title="Nothing is at this address"
        action={
          <Link to={paths.home()} className={buttonClass('primary')}>
            Go to the start
          </Link>
        }
      >
        It may have been mistyped, or what it showed was removed.
      </EmptyState>
    </Page>
  );
}
