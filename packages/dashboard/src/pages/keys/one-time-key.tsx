import { useBlocker } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { CreatedApiKey } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** Holds a new key in this page's memory alone: it is gone when one leaves, also for the browser's back button. */
export function useOneTimeKey<Made extends CreatedApiKey>() {
  const [made, setMade] = useState<Made | null>(null);
  useEffect(() => {
    // The browser may keep a page that one leaves, for its back button: then without the key.
    const forget = () => setMade(null);
    window.addEventListener('pagehide', forget);
    return () => window.removeEventListener('pagehide', forget);
  }, []);
  return [made, setMade] as const;
}

/** Asks before the page is left with a key that nobody has copied. */
export function LeaveGuard({ copied, children }: { copied: boolean; children: string }) {
  const leaving = useBlocker({ shouldBlockFn: () => !copied, enableBeforeUnload: false, withResolver: true });
  return (
    <Dialog
      open={leaving.status === 'blocked'}
      onClose={() => leaving.reset?.()}
      title="Leave without the key?"
      actions={
        <>
          <Button onClick={() => leaving.proceed?.()}>Leave anyway</Button>
          <Button look="primary" onClick={() => leaving.reset?.()}>
            Stay
          </Button>
        </>
      }
    >
      <p>{children}</p>
    </Dialog>
  );
}
