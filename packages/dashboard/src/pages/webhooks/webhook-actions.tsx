import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { WebhookEndpoint } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { useToast } from '../../ui/toast.tsx';

type Asked = 'rotate' | 'delete' | null;

/** Try it, switch it on and off, give it another secret, remove it. */
export function WebhookActions({ endpoint, refusal }: { endpoint: WebhookEndpoint; refusal: string | null }) {
  const { id, enabled } = endpoint;
  const queryClient = useQueryClient();
  const router = useRouter();
  const confirmed = useConfirmed();
  const toast = useToast();
  const [asked, setAsked] = useState<Asked>(null);
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: queries.webhooks().queryKey }),
      queryClient.invalidateQueries({ queryKey: ['deliveries', id] }),
    ]);
  const failed = (error: Error) => toast({ tone: 'bad', title: errorInWords(error) });
  const test = useMutation({
    mutationFn: () => api.testWebhook(id),
    onSuccess: async () => {
      toast({
        tone: 'good',
        title: 'A test event is on its way',
        detail: 'It appears among the deliveries.',
      });
      await refresh();
    },
    onError: failed,
  });
  const verify = useMutation({
    mutationFn: () => api.verifyWebhook(id),
    onSuccess: async ({ verified, reason }) => {
      toast(
        verified
          ? { tone: 'good', title: 'It answered its challenge' }
          : { tone: 'bad', title: 'It did not answer its challenge', ...(reason && { detail: reason }) },
      );
      await refresh();
    },
    onError: failed,
  });
  const toggle = useMutation({
    mutationFn: () => api.updateWebhook(id, { enabled: !enabled }),
    onSuccess: refresh,
    onError: failed,
  });
  const rotate = useMutation({
    gcTime: 0,
    mutationFn: () => confirmed(() => api.rotateWebhookSecret(id)),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: () => confirmed(() => api.deleteWebhook(id)),
    onSuccess: async () => {
      await router.navigate({ to: paths.webhooks() });
      toast({ tone: 'good', title: 'The endpoint is removed', detail: endpoint.url });
      await refresh();
    },
  });
  const close = () => {
    if (rotate.isPending || remove.isPending) return;
    rotate.reset();
    remove.reset();
    setAsked(null);
  };
  const made = rotate.data;
  return (
    <>
      <Button disabledReason={refusal} busy={test.isPending && 'Sending'} onClick={() => test.mutate()}>
        Send a test
      </Button>
      <Button disabledReason={refusal} busy={verify.isPending && 'Asking'} onClick={() => verify.mutate()}>
        Verify
      </Button>
      <Button disabledReason={refusal} busy={toggle.isPending && 'Saving'} onClick={() => toggle.mutate()}>
        {enabled ? 'Switch off' : 'Switch on'}
      </Button>
      <Button disabledReason={refusal} onClick={() => setAsked('rotate')}>
        New secret
      </Button>
      <Button disabledReason={refusal} onClick={() => setAsked('delete')}>
        Remove
      </Button>
      <Dialog
        open={asked === 'rotate'}
        onClose={close}
        wide
        title={made ? 'The new secret' : 'Make a new secret'}
        actions={
          made ? (
            <Button key="done" look="primary" onClick={close}>
              Done
            </Button>
          ) : (
            <>
              <Button onClick={close}>Keep the old one</Button>
              <Button look="primary" busy={rotate.isPending && 'Making'} onClick={() => rotate.mutate()}>
                Make it
              </Button>
            </>
          )
        }
      >
        {made ? (
          <SecretOnce title="Signing secret" text={made.secret}>
            From the next attempt on, deliveries are signed with it. It is shown only now.
          </SecretOnce>
        ) : (
          <p>
            Deliveries are signed with the new secret at once, and no more with the old one. What you refuse
            until your program has it is sent again.
          </p>
        )}
        {rotate.error && <Notice tone="bad" alert title={errorInWords(rotate.error)} />}
      </Dialog>
      <Dialog
        open={asked === 'delete'}
        onClose={close}
        title="Remove this endpoint"
        actions={
          <>
            <Button onClick={close}>Keep the endpoint</Button>
            <Button look="danger" busy={remove.isPending && 'Removing'} onClick={() => remove.mutate()}>
              Remove endpoint
            </Button>
          </>
        }
      >
        <p className="wrap-anywhere">
          Nothing is sent to <code>{endpoint.url}</code> any more, also not what waits to be tried again.
        </p>
        {remove.error && <Notice tone="bad" alert title={errorInWords(remove.error)} />}
      </Dialog>
    </>
  );
}
