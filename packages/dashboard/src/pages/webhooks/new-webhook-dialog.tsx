import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { fieldProblem } from '../../words/field-problem.ts';
import { randomToken } from '../keys/random-token.ts';
import { type WebhookDraft, WebhookFields, webhookFields } from './webhook-form.tsx';

const EMPTY: WebhookDraft = { url: '', description: '', patterns: '' };

/** Asks where events go, then shows the secret that they are signed with, once. */
export function NewWebhookDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const queryClient = useQueryClient();
  const confirmed = useConfirmed();
  const formId = useId();
  const [draft, setDraft] = useState(EMPTY);
  const create = useMutation({
    // The secret is not kept after the dialog.
    gcTime: 0,
    mutationFn: () => {
      const idempotencyKey = randomToken();
      return confirmed(() => api.createWebhook(webhookFields(draft), idempotencyKey));
    },
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

const NAMES: Record<string, string> = {
  url: 'The address',
  description: 'The description',
  event_patterns: 'The list',
};

export function webhookErrors(error: Error | null): { fields: Record<string, string>; rest: string | null } {
  if (!error) return { fields: {}, rest: null };
  const fields: Record<string, string> = {};
  if (error instanceof ApiError) {
    for (const [place, problem] of Object.entries(error.fields)) {
      const name = place.split('.')[0]!;
      if (NAMES[name]) fields[name] ??= fieldProblem(NAMES[name], problem);
    }
  }
  return { fields, rest: Object.keys(fields).length > 0 ? null : errorInWords(error) };
}
