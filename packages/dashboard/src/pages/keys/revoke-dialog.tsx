import { errorInWords } from '../../api/errors.ts';
import type { ApiKey } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { addressInWords, clientInWords } from '../../words/last-used.ts';
import { useRevokeKey } from './key-acts.ts';
import { keyName } from './key-words.ts';
import { RevocationProof } from './revocation-proof.tsx';

/** Names what is destroyed, destroys it, then shows the server's proof. */
export function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const revoke = useRevokeKey();
  const close = () => {
    if (revoke.isPending) return;
    revoke.reset();
    onClose();
  };
  const proof = revoke.data;
  const name = apiKey ? keyName(apiKey) : '';
  return (
    <Dialog
      open={apiKey !== null}
      onClose={close}
      title={proof ? `${name} is revoked` : `Revoke ${name}`}
      actions={
        proof ? (
          <Button key="done" look="primary" autoFocus onClick={close}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={close}>Keep the key</Button>
            <Button
              look="danger"
              busy={revoke.isPending && 'Revoking'}
              onClick={() => apiKey && revoke.mutate(apiKey.id)}
            >
              Revoke key
            </Button>
          </>
        )
      }
    >
      {apiKey && !proof && <Consequences apiKey={apiKey} />}
      {revoke.error && <Notice tone="bad" alert title={errorInWords(revoke.error)} />}
      {proof && <RevocationProof proof={proof} />}
    </Dialog>
  );
}

function Consequences({ apiKey }: { apiKey: ApiKey }) {
  const { last_used: use, safe_to_delete: safe } = apiKey;
  return (
    <>
      <p>
        <code className="wrap-anywhere">{apiKey.key_prefix}…</code> is refused from its next request on. This
        is final: a program that uses it needs a new key.
      </p>
      {use && !safe.verdict && (
        <Notice tone="warn" title="It is in use">
          Last used <RelativeTime at={use.at} /> by {clientInWords(use.client)} from{' '}
          {addressInWords(use.address)}. Machines that it started run on until their time is over.
        </Notice>
      )}
      {!use && !safe.verdict && <Notice title="It was never used">{safe.reason}</Notice>}
      {safe.verdict && <Notice title="Nobody seems to miss it">{safe.reason}</Notice>}
    </>
  );
}
