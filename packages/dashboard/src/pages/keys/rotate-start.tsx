import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import type { ApiKey, KeyRotation, RotatedApiKey } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { useRefusal } from '../../app/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { MomentField } from '../../ui/moment-field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { OptionCards } from '../../ui/option-cards.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { addressInWords, clientInWords } from '../../words/last-used.ts';
import { Attempts } from './attempts.ts';
import { useKeyChanged } from './key-acts.ts';
import type { RotationPolicy } from './key-search.ts';
import { endedRefusal } from './key-words.ts';
import { randomToken } from './random-token.ts';
import { type RotationDraft, rotationOf, rotationProblem } from './rotation-words.ts';

interface RotateStartProps {
  apiKey: ApiKey;
  policy: RotationPolicy;
  onMade: (made: RotatedApiKey) => void;
}

/** Step one before it is taken: when should the old key end? */
export function RotateStart({ apiKey, policy, onMade }: RotateStartProps) {
  const changed = useKeyChanged();
  const confirmed = useConfirmed();
  const refusal = useRefusal('keys:write');
  const [draft, setDraft] = useState<RotationDraft>({ policy, latestDays: '7', at: null });
  const change = (part: Partial<RotationDraft>) => setDraft((known) => ({ ...known, ...part }));
  const [attempts] = useState(() => new Attempts<KeyRotation>(randomToken));
  const rotate = useMutation({
    gcTime: 0,
    mutationFn: () => {
      const { body, idempotencyKey } = attempts.next(
        JSON.stringify(draft),
        () => rotationOf(draft, Date.now())!,
      );
      return confirmed(() => api.rotateKey(apiKey.id, body, idempotencyKey));
    },
    onSettled: (_, error) => attempts.settle(error),
    onSuccess: (made) => {
      onMade(made);
      void changed();
    },
  });
  const problem = rotationProblem(draft, Date.now());
  return (
    <form
      className="flex max-w-2xl flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!rotate.isPending && !problem) rotate.mutate();
      }}
    >
      <p className="text-soft">
        The new key gets the same rights, environment, addresses and end. Its text is shown once, here.
      </p>
      <OptionCards<RotationPolicy>
        label="When should the old key end?"
        value={draft.policy}
        onChange={(next) => change({ policy: next })}
        options={[
          {
            value: 'on_first_use',
            title: 'When the new key first works',
            meaning: 'Nothing breaks on the way, and nothing is forgotten. For a key that one program uses.',
            more: (
              <Choice
                label="At the latest after"
                options={[
                  { value: '1', label: '1 day' },
                  { value: '7', label: '7 days' },
                  { value: '30', label: '30 days' },
                ]}
                value={draft.latestDays}
                onChange={(latestDays) => change({ latestDays })}
              />
            ),
          },
          {
            value: 'at',
            title: 'At a time',
            meaning: 'Both work until then. For a key that several programs use.',
            more: (
              <MomentField
                label="The old key ends at"
                value={draft.at}
                onChange={(at) => change({ at })}
                error={draft.at ? problem : null}
                {...(draft.at ? {} : { hint: "Not after the key's own end." })}
              />
            ),
          },
          {
            value: 'now',
            title: 'Now',
            meaning: 'The old key is refused at once. For a key that others may have seen.',
            more: <WhoBreaks apiKey={apiKey} />,
          },
        ]}
      />
      {rotate.error && <Notice tone="bad" alert title={errorInWords(rotate.error)} />}
      <div>
        <Button
          type="submit"
          look="primary"
          busy={rotate.isPending && 'Making the new key'}
          disabledReason={endedRefusal(apiKey) ?? refusal ?? problem}
        >
          Make the new key
        </Button>
      </div>
    </form>
  );
}

function WhoBreaks({ apiKey }: { apiKey: ApiKey }) {
  const { last_used: use } = apiKey;
  if (!use) return <p className="text-small text-soft">It was never used, so nothing breaks.</p>;
  return (
    <p className="text-small">
      Programs that use it stop until they have the new one. Last used <RelativeTime at={use.at} /> by{' '}
      {clientInWords(use.client)} from {addressInWords(use.address)}.
    </p>
  );
}
