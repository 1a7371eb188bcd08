import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { isRunning, queries } from '../../api/queries.ts';
import type { Machine, SandboxToken } from '../../api/types.ts';
import { useRefusal } from '../../app/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useToast } from '../../ui/toast.tsx';
import { NewTokenDialog } from './new-token-dialog.tsx';

/** Credentials of this machine alone, which end with it. */
export function MachineTokens({ machine }: { machine: Machine }) {
  const { vm_id: vmId } = machine;
  const queryClient = useQueryClient();
  const toast = useToast();
  const roleRefusal = useRefusal('keys:write');
  const [making, setMaking] = useState(false);
  const { data: tokens } = useQuery(queries.machineTokens(vmId));
  const revoke = useMutation({
    mutationFn: (id: number) => api.revokeMachineToken(vmId, id),
    onSuccess: () =>
      toast({ tone: 'good', title: 'The token is revoked', detail: 'It is refused from now on.' }),
    onError: (error) => toast({ tone: 'bad', title: errorInWords(error) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.machineTokens(vmId).queryKey }),
  });
  const refusal =
    roleRefusal ?? (isRunning(machine) ? null : 'This machine has ended, and its tokens with it.');
  const live = tokens?.filter(({ status }) => status === 'active') ?? [];
  return (
    <Panel
      title="Tokens of this machine"
      aside={
        <Button size="small" disabledReason={refusal} onClick={() => setMaking(true)}>
          Create a token
        </Button>
      }
    >
      {live.length === 0 ? (
        <p className="text-soft">
          None is alive. A token opens this machine alone and ends with it: right for code that you do not
          know.
        </p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {live.map((token) => (
            <TokenRow
              key={token.id}
              token={token}
              refusal={refusal}
              onRevoke={() => revoke.mutate(token.id)}
            />
          ))}
        </ul>
      )}
      <NewTokenDialog vmId={vmId} open={making} onClose={() => setMaking(false)} />
    </Panel>
  );
}

interface TokenRowProps {
  token: SandboxToken;
  refusal: string | null;
  onRevoke: () => void;
}

function TokenRow({ token, refusal, onRevoke }: TokenRowProps) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-2.5 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <p className="wrap-anywhere">
          <span className="font-medium">{token.label ?? 'Token'}</span>{' '}
          <code className="text-small text-soft">{token.token_prefix}…</code>
        </p>
        <p className="wrap-anywhere text-small text-soft">
          {token.scopes.join(', ')}
          {token.expires_at && (
            <>
              , until <RelativeTime at={token.expires_at} />
            </>
          )}
          ,{' '}
          {token.last_used_at ? (
            <>
              last used <RelativeTime at={token.last_used_at} />
            </>
          ) : (
            'never used'
          )}
        </p>
      </div>
      <Button size="small" disabledReason={refusal} onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  );
}
