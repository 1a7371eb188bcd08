import { ENVIRONMENTS, KEY_STATUSES } from '@instavm/contract/states';
import { KEY_PREFIX } from '@instavm/keyformat';
import type { ApiKey } from '../../api/types.ts';
import { Badge, State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import type { Column } from '../../ui/data-table.tsx';
import { KeyProfile } from '../../ui/key-profile.tsx';
import { useNow } from '../../ui/now.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { addressInWords, clientName } from '../../words/last-used.ts';
import { scopeMeanings, scopesInWords } from '../../words/scopes.ts';
import { expiresSoon, keyName, STATUS_TONES } from './key-words.ts';

const time = (at: string | null | undefined) => (at ? Date.parse(at) : null);

export function keyColumns(onRevoke: (key: ApiKey) => void): Column<ApiKey>[] {
  return [
    {
      id: 'label',
      header: 'Label, environment',
      names: true,
      sortBy: keyName,
      cell: (key) => (
        <div className="flex flex-col gap-0.5">
          <span className="flex items-center gap-2">
            <span className="wrap-anywhere font-medium">{key.label ?? key.description ?? 'No label'}</span>
            {key.environment && <Badge>{ENVIRONMENTS[key.environment].label}</Badge>}
          </span>
          <span className="flex items-center gap-2.5 text-faint">
            <code>{key.key_prefix}…</code>
            <KeyProfile
              publicId={key.key_prefix.slice(KEY_PREFIX.length)}
              className={cx('h-3', key.status === 'active' && 'text-brass-ink')}
            />
          </span>
        </div>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      sortBy: (key) => key.status,
      cell: (key) => (
        <span title={KEY_STATUSES[key.status].meaning}>
          <State tone={STATUS_TONES[key.status]}>{KEY_STATUSES[key.status].label}</State>
        </span>
      ),
    },
    {
      id: 'scopes',
      header: 'May do',
      cell: (key) => (
        <span className="text-soft" title={scopeMeanings(key.scopes)}>
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
          disabledReason={refusal(key)}
          onClick={() => onRevoke(key)}
        >
          Revoke
        </Button>
      ),
    },
  ];
}

function Expires({ apiKey }: { apiKey: ApiKey }) {
  const now = useNow(60_000);
  if (!apiKey.expires_at) return <span className="text-faint">Never</span>;
  return (
    <span className={expiresSoon(apiKey, now) ? 'font-medium text-warn' : undefined}>
      <RelativeTime at={apiKey.expires_at} />
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

function refusal(key: ApiKey): string | null {
  if (key.status === 'revoked') return 'This key is revoked already. That is final.';
  if (key.status === 'rotated') return 'This key ended when its successor took over.';
  if (key.status === 'expired') return 'This key expired and is refused already.';
  return null;
}
