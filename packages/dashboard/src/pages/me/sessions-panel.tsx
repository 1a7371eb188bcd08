import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { SignInSession } from '../../api/types.ts';
import { useSignOut } from '../../app/sign-out.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useToast } from '../../ui/toast.tsx';
import { addressInWords, browserInWords } from '../../words/last-used.ts';
import { endedInWords, endOthersInWords } from './session-words.ts';

/** Every browser that the person is signed in with, this one first. */
export function SessionsPanel() {
  const { data: sessions } = useSuspenseQuery(queries.sessions());
  const toast = useToast();
  const signOut = useSignOut();
  const end = useSessionAct(async (session: SignInSession) => {
    await api.endSession(session.id).catch((error: unknown) => {
      // It has ended by itself meanwhile: what was wanted is so.
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    });
    toast({ tone: 'good', title: 'The sign-in is ended', detail: browserInWords(session.client) });
  });
  const endOthers = useSessionAct(async () => {
    const { ended_sessions: ended } = await api.endOtherSessions();
    toast({ tone: 'good', title: endedInWords(ended) });
  });
  const others = sessions.filter(({ current }) => !current);
  const inOrder = [...sessions.filter(({ current }) => current), ...others];
  return (
    <Panel
      title="Where you are signed in"
      aside={
        others.length > 0 && (
          <Button
            size="small"
            busy={endOthers.isPending && 'Ending'}
            onClick={() => endOthers.mutate(undefined)}
          >
            {endOthersInWords(others.length)}
          </Button>
        )
      }
    >
      <ul className="flex flex-col divide-y divide-line">
        {inOrder.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            onEnd={session.current ? () => void signOut() : () => end.mutate(session)}
          />
        ))}
      </ul>
      <p className="mt-4 text-small text-soft">
        One that you do not know? End it, then change your password. Keys that were made from there go on:
        look at them too.
      </p>
    </Panel>
  );
}

function SessionRow({ session, onEnd }: { session: SignInSession; onEnd: () => void }) {
  const { current, address, created_at, last_used_at, expires_at } = session;
  const client = browserInWords(session.client);
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <p className="wrap-anywhere flex flex-wrap items-center gap-2">
          <span className="font-medium">{client.charAt(0).toUpperCase() + client.slice(1)}</span>
          {current && <Badge tone="brass">This one</Badge>}
        </p>
        <p className="text-small text-soft">
          From {addressInWords(address)}, last used <RelativeTime at={last_used_at} />
        </p>
        <p className="text-faint text-small">
          Signed in <RelativeTime at={created_at} />, ends <RelativeTime at={expires_at} /> if it stays unused
        </p>
      </div>
      <Button
        size="small"
        aria-label={current ? undefined : `End ${client} from ${addressInWords(address)}`}
        onClick={onEnd}
      >
        {current ? 'Sign out' : 'End'}
      </Button>
    </li>
  );
}

function useSessionAct<Input>(act: (input: Input) => Promise<void>) {
  const queryClient = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: act,
    onError: (error) => toast({ tone: 'bad', title: 'Nothing was ended', detail: errorInWords(error) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.sessions().queryKey }),
  });
}
