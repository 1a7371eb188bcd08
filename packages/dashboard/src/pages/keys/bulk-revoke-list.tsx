import { ENVIRONMENTS } from '@instavm/contract/states';
import { CircleAlert, CircleCheck, CircleDashed, TriangleAlert } from 'lucide-react';
import type { ApiKey } from '../../api/types.ts';
import { Badge } from '../../ui/badge.tsx';
import { exactTime } from '../../words/time.ts';
import type { Outcome } from './bulk-revoke-dialog.tsx';
import { keyName } from './key-words.ts';

interface OutcomesProps {
  keys: readonly ApiKey[];
  outcomes: ReadonlyMap<number, Outcome>;
}

/** The chosen keys: before, who would miss each; after, the proof of each. */
export function Outcomes({ keys, outcomes }: OutcomesProps) {
  return (
    <ul
      aria-label="Chosen keys"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      className="relative max-h-[45dvh] divide-y divide-line overflow-y-auto rounded-control border border-line bg-surface"
    >
      {keys.map((key) => (
        <li key={key.id} className="flex gap-2.5 px-3 py-2">
          <Mark apiKey={key} outcome={outcomes.get(key.id)} />
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-x-2">
              <span className="wrap-anywhere font-medium">{keyName(key)}</span>
              {key.environment && <Badge>{ENVIRONMENTS[key.environment].label}</Badge>}
              <code className="text-faint">{key.key_prefix}…</code>
            </p>
            <p className="wrap-anywhere text-small text-soft">
              <Words apiKey={key} outcome={outcomes.get(key.id)} />
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

interface OutcomeProps {
  apiKey: ApiKey;
  outcome: Outcome | undefined;
}

function Mark({ apiKey, outcome }: OutcomeProps) {
  const shape = 'mt-0.5 shrink-0';
  if (!outcome && apiKey.safe_to_delete.verdict)
    return <CircleDashed size={16} aria-hidden className={`${shape} text-faint`} />;
  if (!outcome) return <TriangleAlert size={16} aria-hidden className={`${shape} text-warn`} />;
  if ('proof' in outcome) return <CircleCheck size={16} aria-hidden className={`${shape} text-good`} />;
  return <CircleAlert size={16} aria-hidden className={`${shape} text-bad`} />;
}

function Words({ apiKey, outcome }: OutcomeProps) {
  if (!outcome) return apiKey.safe_to_delete.reason;
  if ('error' in outcome) return <>Not revoked. {outcome.error}</>;
  const { effective_at, nodes_confirmed } = outcome.proof;
  return (
    <>
      Refused since <time dateTime={effective_at}>{exactTime(Date.parse(effective_at))}</time>, confirmed by{' '}
      {nodes_confirmed} processes
    </>
  );
}
