import { KEY_STATUSES } from '@instavm/contract/states';
import { paths } from '../../paths.ts';
import { AppLink } from '../../ui/app-link.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { KeyTextVerdict } from './key-text.ts';
import { keyName } from './key-words.ts';

/** The verdict on a text. Keeps its height, so that nothing jumps while one types. */
export function KeyTextResult({ verdict, onLeave }: { verdict: KeyTextVerdict; onLeave: () => void }) {
  return (
    <div role="status" className="min-h-20">
      <Words verdict={verdict} onLeave={onLeave} />
    </div>
  );
}

function Words({ verdict, onLeave }: { verdict: KeyTextVerdict; onLeave: () => void }) {
  if (verdict.kind === 'empty') {
    return (
      <Notice>A key has 61 characters: instavm_sk_ and 50 letters and digits, the last 6 a checksum.</Notice>
    );
  }
  if (verdict.kind === 'wrong') {
    return (
      <Notice tone="bad" title={sentence(verdict.problem)}>
        {verdict.advice}
      </Notice>
    );
  }
  if (!verdict.known) {
    return (
      <Notice tone="good" title="The text is whole">
        But no key of this account has the id <code className="text-ink">{verdict.masked}</code>. It may be
        another account's, another server's, or never have been handed out.
      </Notice>
    );
  }
  const { known } = verdict;
  return (
    <Notice tone="good" title="The text is whole">
      Its id is that of{' '}
      <AppLink
        to={paths.key(known.id)}
        onClick={onLeave}
        className="font-medium text-ink underline underline-offset-2"
      >
        {keyName(known)}
      </AppLink>
      , {KEY_STATUSES[known.status].label.toLowerCase()}, last used{' '}
      {known.last_used ? <RelativeTime at={known.last_used.at} /> : 'never'}.
    </Notice>
  );
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
