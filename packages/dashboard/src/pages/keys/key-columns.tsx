import type { ApiKey } from '../../api/types.ts';
import { Badge, State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { addressInWords, clientInWords } from '../../words/last-used.ts';
import { scopesInWords } from '../../words/scopes.ts';
import { ENVIRONMENT_WORDS, keyName, STATUS_WORDS } from './key-words.ts';

const time = (at: string | null | undefined) => (at ? Date.parse(at) : null);

export function keyColumns(onRevoke: (key: ApiKey) => void): Column<ApiKey>[] {
  return [
    {
      id: 'label',
      header: 'Label',
      names: true,
      sortBy: keyName,
      cell: (key) => (
        <div className="flex flex-col">
          <span className="wrap-anywhere font-medium">{key.label ?? key.description ?? 'No label'}</span>
          <code className="text-faint">{key.key_prefix}…</code>
        </div>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      sortBy: (key) => key.status,
      cell: (key) => <State tone={STATUS_WORDS[key.status].tone}>{STATUS_WORDS[key.status].words}</State>,
    },
    {
      id: 'environment',
      header: 'Environment',
      sortBy: (key) => key.environment,
      cell: (key) =>
        key.environment ? (
          <Badge>{ENVIRONMENT_WORDS[key.environment]}</Badge>
        ) : (
          <span className="text-faint">None</span>
        ),
    },
    {
      id: 'scopes',
      header: 'May do',
      cell: (key) => <span className="text-soft">{scopesInWords(key.scopes)}</span>,
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
      cell: (key) =>
        key.expires_at ? <RelativeTime at={key.expires_at} /> : <span className="text-faint">Never</span>,
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

function LastUsed({ use }: { use: ApiKey['last_used'] }) {
  if (!use) return <span className="text-faint">Never</span>;
  return (
    <div className="flex flex-col">
      <RelativeTime at={use.at} />
      <span className="wrap-anywhere text-faint text-small" title={use.client ?? undefined}>
        {clientInWords(use.client)}, {addressInWords(use.address)}
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
