import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { ApiKey, RevokedApiKey } from '../../api/types.ts';
import { isConfirmationRefused, useConfirmed } from '../../app/confirm-password.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Outcomes } from './bulk-revoke-list.tsx';
import { countOfKeys } from './key-words.ts';

/** What became of one key: the server's proof, or its refusal. */
export type Outcome = { proof: RevokedApiKey } | { error: string; isStop: boolean };

interface BulkRevokeDialogProps {
  /** Those chosen when the dialog was opened; null = closed. */
  keys: ApiKey[] | null;
  onClose: () => void;
}

/** Names every key that is destroyed, destroys them one after the other, and shows the proof of each. */
export function BulkRevokeDialog({ keys, onClose }: BulkRevokeDialogProps) {
  const queryClient = useQueryClient();
  const confirmed = useConfirmed();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<number, Outcome>>(new Map());
  const [running, setRunning] = useState(false);
  const all = keys ?? [];
  const open = all.filter(({ id }) => !isDone(outcomes.get(id)));
  const began = outcomes.size > 0;
  const inUse = all.filter(({ safe_to_delete }) => !safe_to_delete.verdict).length;

  const run = async () => {
    setRunning(true);
    for (const { id } of open) {
      const outcome = await confirmed(() => api.revokeKey(id)).then(
        (proof): Outcome => ({ proof }),
        (error: unknown): Outcome => ({ error: errorInWords(error), isStop: isConfirmationRefused(error) }),
      );
      setOutcomes((known) => new Map(known).set(id, outcome));
      // Who turned away from the question for the password is not asked again for each key.
      if ('isStop' in outcome && outcome.isStop) break;
    }
    setRunning(false);
    await queryClient.invalidateQueries({ queryKey: queries.keys().queryKey });
  };
  const close = () => {
    if (running) return;
    setOutcomes(new Map());
    onClose();
  };
  return (
    <Dialog
      open={keys !== null}
      onClose={close}
      wide
      title={
        open.length === 0 && began
          ? `${all.length} of ${all.length} keys are revoked`
          : `Revoke ${countOfKeys(all.length)}`
      }
      actions={
        open.length === 0 && began ? (
          <Button key="done" look="primary" autoFocus onClick={close}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={close} disabledReason={running ? 'Wait until the last answer is here.' : null}>
              {began ? 'Close' : 'Keep the keys'}
            </Button>
            <Button
              look="danger"
              busy={running && `Revoking ${all.length - open.length + 1} of ${all.length}`}
              onClick={run}
            >
              {began ? `Try ${countOfKeys(open.length)} again` : `Revoke ${countOfKeys(all.length)}`}
            </Button>
          </>
        )
      }
    >
      {!began && (
        <p>
          Each is refused from its next request on. This is final: a program that uses one of them needs a new
          key.
        </p>
      )}
      {!began && inUse > 0 && (
        <Notice tone="warn" title={inUse === 1 ? 'One of them may be missed' : `${inUse} may be missed`}>
          The list says who would miss each.
        </Notice>
      )}
      <Outcomes keys={all} outcomes={outcomes} />
    </Dialog>
  );
}

const isDone = (outcome: Outcome | undefined) => outcome !== undefined && 'proof' in outcome;
