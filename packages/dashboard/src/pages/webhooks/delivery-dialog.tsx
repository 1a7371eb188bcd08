import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useToast } from '../../ui/toast.tsx';

interface DeliveryDialogProps {
  id: string | null;
  refusal: string | null;
  onClose: () => void;
}

/** What was sent, each attempt, and the way to send it again. */
export function DeliveryDialog({ id, refusal, onClose }: DeliveryDialogProps) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const { data: delivery, error } = useQuery({ ...queries.delivery(id ?? ''), enabled: id !== null });
  const replay = useMutation({
    mutationFn: api.replayDelivery,
    onSuccess: async () => {
      toast({ tone: 'good', title: 'It is sent again', detail: 'With the same id of the event.' });
      await queryClient.invalidateQueries({ queryKey: ['deliveries'] });
      onClose();
    },
  });
  const close = () => {
    replay.reset();
    onClose();
  };
  return (
    <Dialog
      open={id !== null}
      onClose={close}
      wide
      title={delivery?.event_type ?? 'Delivery'}
      actions={
        <>
          <Button onClick={close}>Close</Button>
          <Button
            look="primary"
            disabledReason={refusal}
            busy={replay.isPending && 'Sending'}
            onClick={() => id && replay.mutate(id)}
          >
            Send again
          </Button>
        </>
      }
    >
      {(error ?? replay.error) && <Notice tone="bad" alert title={errorInWords(error ?? replay.error)} />}
      {delivery && (
        <>
          {delivery.attempts.length === 0 ? (
            <p className="text-soft">No attempt yet.</p>
          ) : (
            <ol className="flex flex-col gap-1.5 text-small">
              {delivery.attempts.map((attempt) => (
                <li key={attempt.at} className="flex flex-wrap gap-x-3">
                  <span className="font-medium">{attempt.error ?? `Answered ${attempt.status_code}`}</span>
                  <span className="text-soft">
                    <RelativeTime at={attempt.at} />, after {attempt.duration_ms} ms
                  </span>
                </li>
              ))}
            </ol>
          )}
          {delivery.next_attempt_at && delivery.attempts.length > 0 && (
            <p className="text-small text-soft">
              Next attempt <RelativeTime at={delivery.next_attempt_at} />.
            </p>
          )}
          <div className="overflow-hidden rounded-panel border border-line">
            <CodeBlock
              code={JSON.stringify(delivery.payload, null, 2)}
              label="body"
              caption={`Event ${delivery.event_id}`}
            />
          </div>
        </>
      )}
    </Dialog>
  );
}
