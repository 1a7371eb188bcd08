import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { buttonClass } from '../../ui/button.tsx';
import { FirstPersonForm } from './first-person-form.tsx';
import { Frame } from './frame.tsx';
import { PasteLinkForm } from './paste-link-form.tsx';
import { useLinkToken } from './use-link-token.ts';

/** Set-up of a fresh server. `startToken` came in the address and was taken out of it before the first paint. */
export function FirstRunPage({ startToken }: { startToken: string | null }) {
  const { data: firstRun } = useSuspenseQuery(queries.firstRun());
  const { token, setToken } = useLinkToken(startToken);
  if (!firstRun.open) return <AlreadySetUp />;
  if (!token) {
    return (
      <Frame
        title="Open the link from your terminal"
        lead="This server is new. When it started, it printed a link that lets its owner in, once. Open that link, or paste it here."
      >
        <PasteLinkForm onToken={setToken} />
      </Frame>
    );
  }
  return (
    <Frame
      title="Set up your server"
      lead="You become its owner. Everything stays on this box: nothing is sent anywhere, and there is no default password."
    >
      <FirstPersonForm token={token} onWrongToken={() => setToken(null)} />
    </Frame>
  );
}

export function AlreadySetUp() {
  return (
    <Frame
      title="This server is already set up"
      lead="The set-up link works once, and somebody has used it. If that was you, sign in. If it was not, look at the server's log now."
    >
      <div>
        <Link to={paths.signIn()} className={buttonClass('primary')}>
          Sign in
        </Link>
      </div>
    </Frame>
  );
}
