import { ENVIRONMENTS, KEY_STATUSES } from '@instavm/contract/states';
import { KEY_PREFIX } from '@instavm/keyformat';
import { Link } from '@tanstack/react-router';
import type { DailyRequests } from '../../api/daily-requests.ts';
import type { ApiKey } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import type { Column } from '../../ui/data-table.tsx';
import { KeyProfile } from '../../ui/key-profile.tsx';
import { useNow } from '../../ui/now.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { addressInWords, clientName } from '../../words/last-used.ts';
import { scopeMeanings, scopesInWords } from '../../words/scopes.ts';
import { requestsColumn } from './key-requests.tsx';
import { KeyState } from './key-state.tsx';
import { endedRefusal, expiresSoon, isLive, keyName } from './key-words.ts';
import { NoticeLine } from './notice-line.tsx';

const time = (at: string | null | undefined) => (at ? Date.parse(at) : null);

interface KeyColumnsOptions {
  onRevoke: (key: ApiKey) => void;
  /** Why nothing may be changed here at all. */
  refusal: string | null;
  /** Keys that are taking the place of another one now: both have the same label. */
  successors: ReadonlySet<number>;
  /** Undefined where requests are not to be seen, null while nothing is known of them. */
  requests: DailyRequests | null | undefined;
}

export function keyColumns(options: KeyColumnsOptions): Column<ApiKey>[] {
  const { onRevoke, refusal, successors, requests } = options;
  return [
    {
      id: 'label',
      header: 'Label, environment',
      names: true,
      sortBy: keyName,
      cell: (key) => <Name apiKey={key} isSuccessor={successors.has(key.id)} />,
    },
    {
      id: 'status',
      header: 'Status',
      sortBy: (key) => Object.keys(KEY_STATUSES).indexOf(key.status),
      cell: (key) => <KeyState apiKey={key} />,
    },
    {
      id: 'scopes',
      header: 'May do',
      cell: (key) => (
        <span className="inline-block min-w-18 text-soft" title={scopeMeanings(key.scopes)}>
          {scopesInWords(key.scopes)}
        </span>
      ),
    },
    {
      id: 'last_used',
      header: 'Last used',
      sortBy: (key) => time(key.last_used?.at),
      cell: (key) => <LastUsed use={key.last_used} />,
    },
    ...(requests === undefined ? [] : [requestsColumn(requests)]),
    {
      id: 'expires',
      header: 'Expires',
      sortBy: (key) => time(key.expires_at),
      cell: (key) => <Expires apiKey={key} />,
    },
    {
      id: 'created',
      header: 'Created',
      sortBy: (key) => time(key.created_at),
      cell: (key) => <RelativeTime at={key.created_at} />,
    },
    {
      id: 'actions',
      header: 'Actions',
      actions: true,
      cell: (key) => (
        <Button
          look="plain"
          size="small"
          aria-label={`Revoke ${keyName(key)}`}
          disabledReason={endedRefusal(key) ?? refusal}
          onClick={() => onRevoke(key)}
        >
          Revoke
        </Button>
      ),
    },
  ];
}

function Name({ apiKey, isSuccessor }: { apiKey: ApiKey; isSuccessor: boolean }) {
  const [notice, ...more] = apiKey.notices;
  return (
    <div className="flex max-w-72 flex-col gap-0.5">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Link
          to={paths.key(apiKey.id)}
          className="wrap-anywhere font-medium underline-offset-2 hover:underline"
        >
          {apiKey.label || apiKey.description ? keyName(apiKey) : 'No label'}
        </Link>
        {apiKey.environment && <Badge>{ENVIRONMENTS[apiKey.environment].label}</Badge>}
        {isSuccessor && <Badge tone="brass">Successor</Badge>}
      </span>
      <span className="flex items-center gap-2.5 text-faint">
        <code>{apiKey.key_prefix}…</code>
        <KeyProfile
          publicId={apiKey.key_prefix.slice(KEY_PREFIX.length)}
          className={cx('h-3', apiKey.status === 'active' && 'text-brass-ink')}
        />
      </span>
      {notice && isLive(apiKey) && (
        <NoticeLine id={apiKey.id} name={keyName(apiKey)} notice={notice} more={more.length} />
      )}
    </div>
  );
}

function Expires({ apiKey }: { apiKey: ApiKey }) {
  const now = useNow(60_000);
  const { expires_at, ended_at } = apiKey;
  if (ended_at) {
    return (
      <span className="flex flex-col">
        <span className="text-small">Ended</span>
        <RelativeTime at={ended_at} />
      </span>
    );
  }
  if (!expires_at) return <span className="text-faint">Never</span>;
  return (
    <span className={expiresSoon(apiKey, now) ? 'font-medium text-warn' : undefined}>
      <RelativeTime at={expires_at} />
    </span>
  );
}

function LastUsed({ use }: { use: ApiKey['last_used'] }) {
  if (!use) return <span className="text-faint">Never</span>;
  return (
    <div className="flex flex-col">
      <RelativeTime at={use.at} />
      <span className="wrap-anywhere text-faint text-small" title={use.client ?? undefined}>
        {clientName(use.client)}, {addressInWords(use.address)}
      </span>
    </div>
  );
}
