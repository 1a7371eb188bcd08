import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import type { WebhookEndpointCreate } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Attempts } from '../keys/attempts.ts';
import { randomToken } from '../keys/random-token.ts';
import { type WebhookDraft, WebhookFields, webhookErrors, webhookFields } from './webhook-form.tsx';

const EMPTY: WebhookDraft = { url: '', description: '', patterns: '' };

/** Asks where events go, then shows the secret that they are signed with, once. */
export function NewWebhookDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const queryClient = useQueryClient();
  const confirmed = useConfirmed();
  const formId = useId();
  const [draft, setDraft] = useState(EMPTY);
  const [attempts] = useState(() => new Attempts<WebhookEndpointCreate>(randomToken));
  const create = useMutation({
    // The secret is not kept after the dialog.
    gcTime: 0,
    mutationFn: () => {
      const { body, idempotencyKey } = attempts.next(JSON.stringify(draft), () => webhookFields(draft));
      return confirmed(() => api.createWebhook(body, idempotencyKey));
    },
    onSettled: (_, error) => attempts.settle(error),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queries.webhooks().queryKey }),
  });
  const close = () => {
    if (create.isPending) return;
    create.reset();
    setDraft(EMPTY);
    onClose();
  };
  const change = (next: WebhookDraft) => {
    create.reset();
    setDraft(next);
  };
  const made = create.data;
  const errors = webhookErrors(create.error);
  return (
    <Dialog
      open={open}
      onClose={close}
      wide
      title={made ? 'The endpoint is on' : 'Add a webhook endpoint'}
      actions={
        made ? (
          <Button key="done" look="primary" onClick={close}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" form={formId} look="primary" busy={create.isPending && 'Adding'}>
              Add endpoint
            </Button>
          </>
        )
      }
    >
      {made ? (
        <SecretOnce title="Signing secret" text={made.secret}>
          Every delivery is signed with it: check that before you believe one. It is shown only now; a new one
          can be made at any time.
        </SecretOnce>
      ) : (
        <form
          id={formId}
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!create.isPending) create.mutate();
          }}
        >
          <WebhookFields draft={draft} onChange={change} errors={errors.fields} />
          {errors.rest && <Notice tone="bad" alert title={errors.rest} />}
        </form>
      )}
    </Dialog>
  );
}
