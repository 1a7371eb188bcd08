import { ANOMALY_KINDS } from '@instavm/contract/anomaly-kinds';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { Anomaly } from '../../api/types.ts';
import { useRefusal } from '../../app/use-refusal.ts';
import { paths } from '../../paths.ts';
import { AppLink } from '../../ui/app-link.tsx';
import { Button } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useToast } from '../../ui/toast.tsx';

const QUIET_DAYS = 30;

/** One unusual use in a sentence, and what can be done about it. */
export function AnomalyLine({ anomaly, named }: { anomaly: Anomaly; named: boolean }) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const refusal = useRefusal('keys:write');
  const settled = async (title: string, detail: string) => {
    toast({ tone: 'good', title, detail });
    await Promise.all(
      [queries.anomalies(), queries.keys()].map(({ queryKey }) =>
        queryClient.invalidateQueries({ queryKey }),
      ),
    );
  };
  const resolve = useMutation({
    mutationFn: () => api.resolveAnomaly(anomaly.id),
    onSuccess: () => settled('Closed', 'If it happens again, it is reported again.'),
  });
  const quiet = useMutation({
    mutationFn: () => api.quietAnomaly(anomaly.id, QUIET_DAYS),
    onSuccess: () => settled('Quiet', `The like of this key is not reported for ${QUIET_DAYS} days.`),
  });
  const error = resolve.error ?? quiet.error;
  const { label } = ANOMALY_KINDS[anomaly.kind];
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 py-2.5">
      <TriangleAlert size={16} aria-hidden className="mt-[3px] shrink-0 text-warn" />
      <div className="min-w-60 flex-1 text-small">
        <p className="wrap-anywhere">
          <span className="font-semibold">{label}</span>
          {named && (
            <>
              {' · '}
              <AppLink
                to={paths.key(anomaly.api_key_id)}
                className="font-medium underline underline-offset-2"
              >
                {anomaly.key_label ?? `Key #${anomaly.api_key_id}`}
              </AppLink>
            </>
          )}
          {anomaly.quarantined && ' · the key was disabled'}
        </p>
        <p className="wrap-anywhere">{anomaly.sentence}</p>
        <p className="text-soft">
          <RelativeTime at={anomaly.last_seen_at} />
          {anomaly.count > 1 && `, ${anomaly.count.toLocaleString('en-GB')} times`}
          {error && <span className="text-bad"> {errorInWords(error)}</span>}
        </p>
      </div>
      <div className="flex gap-2">
        <Button
          size="small"
          disabledReason={refusal}
          busy={quiet.isPending && 'Saving'}
          onClick={() => quiet.mutate()}
        >
          That is normal
        </Button>
        <Button
          size="small"
          disabledReason={refusal}
          busy={resolve.isPending && 'Saving'}
          onClick={() => resolve.mutate()}
        >
          Looked into
        </Button>
      </div>
    </div>
  );
}
