import { useMutation } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import type { ApiKey } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { useRefusal } from '../../app/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useKeyChanged } from './key-acts.ts';
import { keyName } from './key-words.ts';

interface UndoRotationProps {
  old: ApiKey;
  next: ApiKey;
  /** Why it cannot be taken back any more. */
  refusal: string | null;
  onUndone: () => void;
}

/** Takes a rotation back for as long as the new key was never used. */
export function UndoRotation({ old, next, refusal, onUndone }: UndoRotationProps) {
  const changed = useKeyChanged();
  const confirmed = useConfirmed();
  const toast = useToast();
  const roleRefusal = useRefusal('keys:write');
  const [asking, setAsking] = useState(false);
  const undo = useMutation({
    mutationFn: () => confirmed(() => api.undoRotation(old.id)),
    onSuccess: async (key) => {
      setAsking(false);
      onUndone();
      toast({ tone: 'good', title: 'The rotation is undone', detail: `${keyName(key)} goes on as before.` });
      await changed(key);
    },
  });
  const close = () => {
    if (undo.isPending) return;
    undo.reset();
    setAsking(false);
  };
  return (
    <div className="border-line border-t pt-4">
      <Button disabledReason={refusal ?? roleRefusal} onClick={() => setAsking(true)}>
        <Undo2 size={15} aria-hidden /> Undo the rotation
      </Button>
      {refusal && <p className="mt-1.5 text-faint text-small">{refusal}</p>}
      <Dialog
        open={asking}
        onClose={close}
        title="Undo the rotation"
        actions={
          <>
            <Button onClick={close}>Keep the new key</Button>
            <Button look="danger" busy={undo.isPending && 'Undoing'} onClick={() => undo.mutate()}>
              End the new key
            </Button>
          </>
        }
      >
        <p>
          The new key, <code className="wrap-anywhere">{next.key_prefix}…</code>, is ended for good. The old
          one goes on as if nothing had been.
        </p>
        {undo.error && <Notice tone="bad" alert title={errorInWords(undo.error)} />}
      </Dialog>
    </div>
  );
}
