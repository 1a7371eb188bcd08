import { CircleCheck, CircleSlash } from 'lucide-react';
import type { ApiKey } from '../../api/types.ts';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { addressInWords, clientInWords } from '../../words/last-used.ts';
import { isLive } from './key-words.ts';

/** When, where and by what the key was last used, and whether anybody would miss it. */
export function KeyUse({ apiKey }: { apiKey: ApiKey }) {
  const { last_used: use, safe_to_delete: safe } = apiKey;
  const Mark = safe.verdict ? CircleCheck : CircleSlash;
  return (
    <Panel title="Use">
      <div className="flex flex-col gap-4">
        {use ? (
          <Facts
            facts={[
              { name: 'Last used', value: <RelativeTime at={use.at} /> },
              { name: 'From', value: addressInWords(use.address) },
              { name: 'By', value: <span title={use.client ?? undefined}>{clientInWords(use.client)}</span> },
              { name: 'For', value: use.route ? <code>{use.route}</code> : 'An unknown route' },
            ]}
          />
        ) : (
          <p>
            Never used.{' '}
            {isLive(apiKey) && (
              <span className="text-soft">Its first call appears here within a second.</span>
            )}
          </p>
        )}
        {isLive(apiKey) && (
          <p className="flex gap-2.5 border-line border-t pt-3.5">
            <Mark
              size={16}
              aria-hidden
              className={`mt-[3px] shrink-0 ${safe.verdict ? 'text-good' : 'text-warn'}`}
            />
            <span>
              <span className="font-medium">{safe.verdict ? 'Safe to revoke.' : 'Not safe to revoke.'}</span>{' '}
              <span className="wrap-anywhere text-soft">{safe.reason}</span>
            </span>
          </p>
        )}
      </div>
    </Panel>
  );
}
