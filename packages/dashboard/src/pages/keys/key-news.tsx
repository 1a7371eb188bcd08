import { KEY_END_REASONS } from '@instavm/contract/states';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import type { ApiKey } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { AppLink } from '../../ui/app-link.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { isLive, keyName } from './key-words.ts';
import { NoticeLine } from './notice-line.tsx';

/** What one should know of a key before all else: how it ended, what it needs, where it came from. */
export function KeyNews({ apiKey }: { apiKey: ApiKey }) {
  const notices = isLive(apiKey) ? apiKey.notices : [];
  return (
    <>
      <HowItEnded apiKey={apiKey} />
      {notices.length > 0 && (
        <section
          aria-label="Needs attention"
          className="flex flex-col gap-1.5 rounded-control border border-warn-line bg-warn-soft px-3 py-2.5"
        >
          {notices.map((notice) => (
            <NoticeLine key={notice.code} id={apiKey.id} name={keyName(apiKey)} notice={notice} />
          ))}
        </section>
      )}
      <WhereFrom apiKey={apiKey} />
    </>
  );
}

function HowItEnded({ apiKey }: { apiKey: ApiKey }) {
  const { end_reason: reason, ended_at: at, rotated_to: next } = apiKey;
  if (reason === null) return null;
  return (
    <Notice tone={reason === 'leaked' ? 'bad' : 'neutral'} title={`This key has ended: ${lower(reason)}`}>
      {KEY_END_REASONS[reason].meaning}{' '}
      {at && (
        <>
          It ended <RelativeTime at={at} />.{' '}
        </>
      )}
      {next !== null && (
        <>
          Its successor is <KeyLink id={next} />.
        </>
      )}
      {next === null && 'Every request with it is refused, for good.'}
    </Notice>
  );
}

function WhereFrom({ apiKey }: { apiKey: ApiKey }) {
  const { data: before } = useQuery({
    ...queries.key(apiKey.rotated_from ?? 0),
    enabled: apiKey.rotated_from !== null,
  });
  if (apiKey.rotated_from === null) return null;
  return (
    <Notice title="It took the place of another key">
      <KeyLink id={apiKey.rotated_from} />
      {before?.rotation && (
        <>
          {' '}
          still works, until <RelativeTime at={before.rotation.ends_at} /> at the latest.{' '}
          <AppLink
            to={paths.rotateKey(before.id)}
            className="font-medium text-ink underline underline-offset-2"
          >
            Follow the rotation
          </AppLink>
        </>
      )}
      {before?.ended_at && (
        <>
          {' '}
          ended <RelativeTime at={before.ended_at} />.
        </>
      )}
    </Notice>
  );
}

/** A link to another key, by its name where that is known. */
export function KeyLink({ id }: { id: number }) {
  const { data: keys } = useQuery(queries.keys());
  const key = keys?.find((candidate) => candidate.id === id);
  return (
    <AppLink to={paths.key(id)} className="font-medium text-ink underline underline-offset-2">
      {key ? `${keyName(key)} (#${id})` : `key #${id}`}
    </AppLink>
  );
}

const lower = (reason: NonNullable<ApiKey['end_reason']>) => KEY_END_REASONS[reason].label.toLowerCase();
