import { Link, useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import type { CreatedApiKey } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { TabPanel } from '../../ui/tabs.tsx';
import { keyLines, storeLine } from '../../words/key-lines.ts';
import { FirstCall } from './first-call.tsx';
import { keyName } from './key-words.ts';
import { RevealedKey } from './revealed-key.tsx';

/** The one time that a key is seen, and all that one may want to do with it. */
export function NewKeyReveal({ made }: { made: CreatedApiKey }) {
  const [copied, setCopied] = useState(false);
  const leaving = useBlocker({ shouldBlockFn: () => !copied, enableBeforeUnload: false, withResolver: true });
  const onCopied = () => setCopied(true);
  const { origin } = window.location;
  return (
    <Page
      title={`${keyName(made)} is ready`}
      lead="Copy the key now. Once you leave this page, nobody can show it again."
      actions={
        <Link to={paths.keys()} className={buttonClass('plain')}>
          Done
        </Link>
      }
    >
      <RevealedKey made={made} onCopied={onCopied} />
      <FirstCall id={made.id} />
      <TabPanel
        title="Try it"
        tabs={keyLines(made.full_key, origin).map(({ id, label, needs, code }) => ({
          id,
          label,
          content: <CodeBlock code={code} label={`${label} lines`} caption={needs} onCopied={onCopied} />,
        }))}
      />
      <Panel title="Store it with the CLI" flush>
        <CodeBlock
          code={storeLine(origin)}
          label="store line"
          caption="It asks for the key and hides what you paste, so the key stays out of your shell history."
        />
      </Panel>
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
        <p>
          You have not copied this key, and it cannot be shown again. Without it, you would revoke it and
          create another.
        </p>
      </Dialog>
    </Page>
  );
}
