import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { errorInWords } from '../api/errors.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';

/** A page that could not be shown: what happened, and the way on. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Page title="This page could not be shown">
      <Notice tone="bad" alert title={errorInWords(error)}>
        Nothing was changed.
      </Notice>
      <div>
        <Button look="primary" onClick={again}>
          Try again
        </Button>
      </div>
    </Page>
  );
}
