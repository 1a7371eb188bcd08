import { useSuspenseQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import type { RotatedApiKey } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { KeyLink } from './key-news.tsx';
import type { RotateSearch } from './key-search.ts';
import { endedRefusal, keyName } from './key-words.ts';
import { useOneTimeKey } from './one-time-key.tsx';
import { RotateStart } from './rotate-start.tsx';
import { RotateSteps } from './rotate-steps.tsx';

interface RotatePageProps {
  id: number;
  search: RotateSearch;
}

/** The rotation of a key, from the choice of its policy to the end of the old key. It can be left and come back to. */
export function RotatePage({ id, search }: RotatePageProps) {
  const { data: key } = useSuspenseQuery(queries.key(id));
  const [made, setMade] = useOneTimeKey<RotatedApiKey>();
  const nextId = key.rotated_to ?? made?.id ?? null;
  return (
    <Page
      title={`Rotate ${keyName(key)}`}
      lead={
        nextId === null
          ? 'A new key takes the place of this one, and you see both until it has.'
          : 'You can leave this page and come back: it follows both keys.'
      }
      above={<BackLink to={paths.key(id)}>{keyName(key)}</BackLink>}
    >
      {nextId !== null ? (
        <RotateSteps old={key} nextId={nextId} made={made} onUndone={() => setMade(null)} />
      ) : endedRefusal(key) ? (
        <Notice title="Nothing to rotate">{endedRefusal(key)} Create a new key in its place.</Notice>
      ) : (
        <>
          {key.rotated_from !== null && (
            <Notice title="It took the place of another key itself">
              That one is <KeyLink id={key.rotated_from} />.
            </Notice>
          )}
          <RotateStart apiKey={key} policy={search.policy ?? 'on_first_use'} onMade={setMade} />
        </>
      )}
    </Page>
  );
}
