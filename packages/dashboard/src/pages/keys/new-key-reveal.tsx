import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { CreatedApiKey } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { FirstCall } from './first-call.tsx';
import { KeyLines, StoreWithCli } from './key-lines-panel.tsx';
import { keyName } from './key-words.ts';
import { LeaveGuard } from './one-time-key.tsx';
import { RevealedKey } from './revealed-key.tsx';

/** The one time that a key is seen, and all that one may want to do with it. */
export function NewKeyReveal({ made }: { made: CreatedApiKey }) {
  const [copied, setCopied] = useState(false);
  const onCopied = () => setCopied(true);
  return (
    <Page
      title={`${keyName(made)} is ready`}
      lead="Copy the key now. Once you leave this page, nobody can show it again."
      actions={
        <>
          <Link to={paths.key(made.id)} className={buttonClass('plain')}>
            Settings
          </Link>
          <Link to={paths.keys()} className={buttonClass('plain')}>
            Done
          </Link>
        </>
      }
    >
      <RevealedKey made={made} onCopied={onCopied} />
      <FirstCall id={made.id} hint="Run one of the lines below; this turns green by itself." />
      <KeyLines title="Try it" fullKey={made.full_key} onCopied={onCopied} />
      <StoreWithCli />
      <LeaveGuard copied={copied}>
        You have not copied this key, and it cannot be shown again. Without it, you would revoke it and create
        another.
      </LeaveGuard>
    </Page>
  );
}
