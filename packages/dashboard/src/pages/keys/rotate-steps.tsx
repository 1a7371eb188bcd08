import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { ApiKey, RotatedApiKey } from '../../api/types.ts';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Steps } from '../../ui/steps.tsx';
import { FirstCall } from './first-call.tsx';
import { KeyLines, StoreWithCli } from './key-lines-panel.tsx';
import { KeyLink } from './key-news.tsx';
import { LeaveGuard } from './one-time-key.tsx';
import { RevealedKey } from './revealed-key.tsx';
import { OldKeyEnd } from './rotate-end.tsx';
import { PutInPlace } from './rotate-place.tsx';
import { rotationState } from './rotation-words.ts';
import { UndoRotation } from './undo-rotation.tsx';

interface RotateStepsProps {
  old: ApiKey;
  nextId: number;
  /** The new key with its text, while this page still has it. */
  made: RotatedApiKey | null;
  onUndone: () => void;
}

/** The four steps of a rotation, each told by the records of both keys as they are now. */
export function RotateSteps({ old, nextId, made, onUndone }: RotateStepsProps) {
  const { data: next, error } = useQuery(queries.key(nextId));
  const [copied, setCopied] = useState(false);
  const [undone, setUndone] = useState(false);
  if (error && !next) return <Notice tone="bad" alert title={errorInWords(error)} />;
  if (!next) return null;
  const { isSeenWorking, hasOldEnded, undoRefusal } = rotationState(old, next);
  const onCopied = () => setCopied(true);
  const isPlaced = isSeenWorking;
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <Steps
        steps={[
          {
            title: 'The new key is made',
            state: 'done',
            content: made ? (
              <>
                <RevealedKey made={made} onCopied={onCopied} />
                <StoreWithCli />
              </>
            ) : (
              <p className="text-soft">
                <KeyLink id={nextId} />, made <RelativeTime at={next.created_at} />. Its text was shown once,
                then.
              </p>
            ),
          },
          {
            title: 'Put it in place',
            state: isPlaced ? 'done' : 'now',
            content: (
              <>
                {!isPlaced && <PutInPlace old={old} />}
                {made && !isPlaced && (
                  <KeyLines title="Lines that hold it" fullKey={made.full_key} onCopied={onCopied} />
                )}
              </>
            ),
          },
          {
            title: 'See it work',
            state: isSeenWorking ? 'done' : 'now',
            content: <FirstCall id={nextId} />,
          },
          {
            title: hasOldEnded ? 'The old key has ended' : 'The old key ends',
            state: hasOldEnded ? 'done' : isSeenWorking ? 'now' : 'later',
            content: <OldKeyEnd old={old} next={next} />,
          },
        ]}
      />
      <UndoRotation
        old={old}
        next={next}
        refusal={undoRefusal}
        onUndone={() => {
          setUndone(true);
          onUndone();
        }}
      />
      {made && (
        <LeaveGuard copied={copied || isSeenWorking || undone}>
          You have not copied the new key, and it cannot be shown again. Without it, you would undo the
          rotation and begin anew.
        </LeaveGuard>
      )}
    </div>
  );
}
