import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { ApiKey, RotatedApiKey } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { buttonClass } from '../../ui/button.tsx';
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
  if (!next) return <p role="status">Asking for the new key</p>;
  const { isSeenWorking, hasOldEnded, undoRefusal } = rotationState(old, next);
  const onCopied = () => setCopied(true);
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
            state: isSeenWorking ? 'done' : 'now',
            content: (
              <>
                {!isSeenWorking && <PutInPlace old={old} />}
                {made && !isSeenWorking && (
                  <KeyLines title="Lines that hold it" fullKey={made.full_key} onCopied={onCopied} />
                )}
              </>
            ),
          },
          {
            title: 'See it work',
            state: isSeenWorking ? 'done' : 'later',
            content: <FirstCall id={nextId} hint="Any call with it turns this green by itself." />,
          },
          {
            title: hasOldEnded ? 'The old key has ended' : 'The old key ends',
            state: hasOldEnded ? 'done' : isSeenWorking ? 'now' : 'later',
            content: <OldKeyEnd old={old} next={next} />,
          },
        ]}
      />
      {hasOldEnded && (
        <div className="flex flex-wrap gap-2">
          <Link to={paths.key(nextId)} className={buttonClass('primary')}>
            Open the new key
          </Link>
          <Link to={paths.keys()} className={buttonClass('plain')}>
            All keys
          </Link>
        </div>
      )}
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
