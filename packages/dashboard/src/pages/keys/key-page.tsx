import { KEY_PREFIX } from '@instavm/keyformat';
import { useSuspenseQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { useRefusal } from '../../app/use-refusal.ts';
import { paths } from '../../paths.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { KeyProfile } from '../../ui/key-profile.tsx';
import { Page } from '../../ui/page.tsx';
import { OpenAnomalies } from '../anomalies/open-anomalies.tsx';
import { ExplainBox } from './explain-box.tsx';
import { KeyAbout } from './key-about.tsx';
import { KeyActions } from './key-actions.tsx';
import { KeyAddresses } from './key-addresses.tsx';
import { KeyLife } from './key-life.tsx';
import { KeyLimits } from './key-limits.tsx';
import { KeyNews } from './key-news.tsx';
import { KeyRights } from './key-rights.tsx';
import type { EditablePart, KeySearch } from './key-search.ts';
import { KeyState } from './key-state.tsx';
import { KeyUsage } from './key-usage.tsx';
import { KeyUse } from './key-use.tsx';
import { endedRefusal, keyName } from './key-words.ts';

interface KeyPageProps {
  id: number;
  search: KeySearch;
  onSearch: (search: KeySearch) => void;
}

/** One key: what it is, what it may do, how long and where it works, and every act on it. */
export function KeyPage({ id, search, onSearch }: KeyPageProps) {
  const { data: key } = useSuspenseQuery(queries.key(id));
  const roleRefusal = useRefusal('keys:write');
  const refusal = endedRefusal(key) ?? roleRefusal;
  const part = (name: EditablePart) => ({
    apiKey: key,
    refusal,
    editing: search.edit === name,
    onEdit: (editing: boolean) => onSearch(editing ? { edit: name } : {}),
  });
  return (
    <Page
      title={keyName(key)}
      above={<BackLink to={paths.keys()}>API keys</BackLink>}
      lead={
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
          <KeyState apiKey={key} />
          <span className="flex items-center gap-3">
            <code className="wrap-anywhere">{key.key_prefix}…</code>
            <KeyProfile
              publicId={key.key_prefix.slice(KEY_PREFIX.length)}
              className={key.status === 'active' ? 'h-4 text-brass-ink' : 'h-4'}
            />
          </span>
        </span>
      }
      actions={<KeyActions apiKey={key} refusal={refusal} />}
    >
      <KeyNews apiKey={key} />
      <OpenAnomalies keyId={id} />
      <KeyUsage id={id} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="grid gap-4">
          <KeyUse apiKey={key} />
          <KeyRights {...part('rights')} />
          <ExplainBox id={id} />
        </div>
        <div className="grid gap-4">
          <KeyLife {...part('life')} />
          <KeyAddresses {...part('addresses')} />
          <KeyLimits {...part('limits')} />
          <KeyAbout {...part('about')} />
        </div>
      </div>
    </Page>
  );
}
