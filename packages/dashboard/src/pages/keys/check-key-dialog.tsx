import { useState } from 'react';
import type { ApiKey } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { judgeKeyText } from './key-text.ts';
import { KeyTextResult } from './key-text-result.tsx';
import { LeakReport } from './leak-report.tsx';

interface CheckKeyDialogProps {
  open: boolean;
  /** To tell which of them a text is. */
  keys: readonly ApiKey[];
  onClose: () => void;
}

/** Says offline what is wrong with a key's text; and takes the report of a key that was found where it should not be. */
export function CheckKeyDialog({ open, keys, onClose }: CheckKeyDialogProps) {
  const [text, setText] = useState('');
  const [reporting, setReporting] = useState(false);
  const verdict = judgeKeyText(text, keys);
  const close = () => {
    setText('');
    setReporting(false);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={reporting ? 'Report a leaked key' : "Check a key's text"}
      actions={
        !reporting && (
          <>
            <Button onClick={close}>Close</Button>
            <Button
              look="danger"
              disabledReason={
                verdict.kind === 'right' ? null : 'Paste the whole key first: a report needs all of it.'
              }
              onClick={() => setReporting(true)}
            >
              Report as leaked
            </Button>
          </>
        )
      }
    >
      {reporting && verdict.kind === 'right' ? (
        <LeakReport text={text.trim()} verdict={verdict} onBack={() => setReporting(false)} onDone={close} />
      ) : (
        <>
          <p className="text-soft">
            Paste what you have. It is looked at here, in this page: nothing is sent or kept.
          </p>
          <TextArea
            label="Text of the key"
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            autoFocus
            placeholder="instavm_sk_…"
            className="wrap-anywhere font-mono text-small"
          />
          <KeyTextResult verdict={verdict} onLeave={close} />
        </>
      )}
    </Dialog>
  );
}
