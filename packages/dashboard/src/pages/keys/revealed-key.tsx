import { ENVIRONMENTS } from '@instavm/contract/states';
import { KEY_PREFIX, parseKey } from '@instavm/keyformat';
import type { CreatedApiKey } from '../../api/types.ts';
import { Badge } from '../../ui/badge.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { KeyProfile } from '../../ui/key-profile.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';

/** The whole key, its public part set off from the secret. */
export function RevealedKey({ made, onCopied }: { made: CreatedApiKey; onCopied: () => void }) {
  const { full_key: key } = made;
  const publicId = parseKey(key)?.publicId ?? '';
  return (
    <section
      aria-label="Your new API key"
      className="relative overflow-hidden rounded-panel border border-brass-line bg-brass-soft p-4 pl-5 before:absolute before:inset-y-0 before:left-0 before:w-1 before:bg-brass"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="flex items-center gap-3 text-body">
          <KeyProfile publicId={publicId} className="h-5 text-brass-ink" />
          Your new API key
        </h2>
        <CopyButton text={key} label="Copy key" look="primary" onCopied={onCopied} />
      </div>
      <code data-testid="full-key" className="wrap-anywhere mt-3 block select-all text-lead leading-7">
        <span className="text-soft">{KEY_PREFIX}</span>
        <span className="font-semibold text-brass-ink">{publicId}</span>
        {key.slice(KEY_PREFIX.length + publicId.length)}
      </code>
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-small text-soft">
        <span>
          The list shows only <span className="font-mono text-ink">{made.key_prefix}…</span>
        </span>
        {made.environment && <Badge>{ENVIRONMENTS[made.environment].label}</Badge>}
        <span>
          {made.expires_at ? (
            <>
              Expires <RelativeTime at={made.expires_at} />
            </>
          ) : (
            'Never expires'
          )}
        </span>
      </div>
    </section>
  );
}
