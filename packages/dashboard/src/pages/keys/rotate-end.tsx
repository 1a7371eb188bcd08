import { KEY_END_REASONS } from '@instavm/contract/states';
import { useState } from 'react';
import type { ApiKey } from '../../api/types.ts';
import { useRefusal } from '../../app/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useNow } from '../../ui/now.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { exactTime, relativeTime } from '../../words/time.ts';
import { RevokeDialog } from './revoke-dialog.tsx';
import { endInWords } from './rotation-words.ts';

/** The fourth step: how and when the old key ends, or that it has. */
export function OldKeyEnd({ old, next }: { old: ApiKey; next: ApiKey }) {
  const now = useNow(5000);
  const refusal = useRefusal('keys:write');
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  if (old.ended_at) {
    return (
      <Notice tone="good" title="It is refused for good">
        Since <time dateTime={old.ended_at}>{exactTime(Date.parse(old.ended_at))}</time>.{' '}
        {old.end_reason && KEY_END_REASONS[old.end_reason].meaning}
      </Notice>
    );
  }
  const { rotation, last_used: use } = old;
  return (
    <>
      <p className="text-soft">
        {rotation
          ? endInWords(rotation.policy, relativeTime(Date.parse(rotation.ends_at), now))
          : 'It works until you end it.'}
        {use && next.last_used && use.at > next.last_used.at && (
          <>
            {' '}
            The old key is still in use: last <RelativeTime at={use.at} />.
          </>
        )}
      </p>
      <div>
        <Button size="small" disabledReason={refusal} onClick={() => setRevoking(old)}>
          End the old key now
        </Button>
      </div>
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />
    </>
  );
}
