import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  notFound,
  Outlet,
  redirect,
  stripSearchParams,
} from '@tanstack/react-router';
import { ApiError } from './api/errors.ts';
import { queries } from './api/queries.ts';
import { ErrorPage } from './app/error-page.tsx';
import { LostPage, NotFound } from './app/not-found.tsx';
import { PendingPage } from './app/pending-page.tsx';
import { Shell } from './app/shell.tsx';
import { EnginePage } from './pages/engine/engine-page.tsx';
import { readKeyId, readKeySearch, readRotateSearch } from './pages/keys/key-search.ts';
import { KeysPage } from './pages/keys/keys-page.tsx';
import { KEYS_SEARCH, readKeysSearch } from './pages/keys/keys-search.ts';
import { NewKeyPage } from './pages/keys/new-key-page.tsx';
import { MachinePage } from './pages/machines/machine-page.tsx';
import { MachinesPage } from './pages/machines/machines-page.tsx';
import { MACHINES_SEARCH, readMachinesSearch } from './pages/machines/machines-search.ts';
import { FirstRunPage } from './pages/people/first-run.tsx';
import { SignInPage } from './pages/people/sign-in.tsx';
import { readUsageSearch, USAGE_SEARCH } from './pages/usage/usage-search.ts';
import { paths } from './paths.ts';

interface RouterContext {
  queryClient: QueryClient;
  /** Taken out of the address before the first paint. */
  setupToken: string | null;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: ErrorPage,
  notFoundComponent: LostPage,
});

const firstRun = createRoute({
  getParentRoute: () => root,
  path: '/first-run',
  beforeLoad: async ({ context: { queryClient } }) => {
    if (await queryClient.ensureQueryData(queries.session())) throw redirect({ to: '/' });
  },
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.firstRun()),
  component: function FirstRun() {
    return <FirstRunPage startToken={firstRun.useRouteContext().setupToken} />;
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string } =>
    typeof search.next === 'string' ? { next: search.next } : {},
  beforeLoad: async ({ context: { queryClient } }) => {
    if (await queryClient.ensureQueryData(queries.session())) throw redirect({ to: '/' });
    if ((await queryClient.fetchQuery(queries.firstRun())).open) throw redirect({ to: '/first-run' });
  },
  // Fetched ahead, so that the link to it does not come late; without an answer there is none.
  loader: ({ context: { queryClient } }) => queryClient.prefetchQuery(queries.signUpOpen()),
  component: function SignIn() {
    return <SignInPage next={signIn.useSearch().next} />;
  },
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  beforeLoad: async ({ context: { queryClient } }) => {
    if (await queryClient.ensureQueryData(queries.session())) throw redirect({ to: '/' });
    if ((await queryClient.fetchQuery(queries.firstRun())).open) throw redirect({ to: '/first-run' });
  },
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.signUpOpen()),
}).lazy(() => import('./pages/people/sign-up-route.tsx').then(({ signUpRoute }) => signUpRoute));

/** For whoever holds the link, signed in or not. */
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.session()),
}).lazy(() => import('./pages/people/invitation-route.tsx').then(({ invitationRoute }) => invitationRoute));

const emailLinks = () => import('./pages/people/email-link-routes.tsx');

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.resetByMail()),
}).lazy(() => emailLinks().then(({ forgotPasswordRoute }) => forgotPasswordRoute));

const resetPassword = createRoute({ getParentRoute: () => root, path: '/reset-password' }).lazy(() =>
  emailLinks().then(({ resetPasswordRoute }) => resetPasswordRoute),
);

const verifyEmail = createRoute({ getParentRoute: () => root, path: '/verify-email' }).lazy(() =>
  emailLinks().then(({ verifyEmailRoute }) => verifyEmailRoute),
);

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context: { queryClient }, location }) => {
    if (await queryClient.ensureQueryData(queries.session())) return;
    if ((await queryClient.fetchQuery(queries.firstRun())).open) throw redirect({ to: '/first-run' });
    throw redirect({ href: paths.signIn(location.href) });
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  loader: async ({ context: { queryClient } }) => {
    const keys = await queryClient.ensureQueryData(queries.keys());
    throw redirect({ href: keys.length === 0 ? paths.keys() : paths.machines(), replace: true });
  },
});

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys',
  validateSearch: readKeysSearch,
  search: { middlewares: [stripSearchParams(KEYS_SEARCH)] },
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.keys()),
  component: function Keys() {
    const navigate = keys.useNavigate();
    return (
      <KeysPage
        search={keys.useSearch()}
        onSearch={(next) => void navigate({ search: (search) => ({ ...search, ...next }), replace: true })}
      />
    );
  },
});

const newKey = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys/new',
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.keys()),
  component: NewKeyPage,
});

const loadKey = async (queryClient: QueryClient, text: string) => {
  const id = readKeyId(text);
  if (id === null) throw notFound();
  await queryClient.ensureQueryData(queries.key(id));
};

const noSuch = (what: string) => ({
  notFoundComponent: () => <NotFound what={what} />,
  errorComponent: (props: ErrorComponentProps) =>
    props.error instanceof ApiError && props.error.status === 404 ? (
      <NotFound what={what} />
    ) : (
      <ErrorPage {...props} />
    ),
});

const key = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys/$keyId',
  validateSearch: readKeySearch,
  loader: ({ context: { queryClient }, params: { keyId } }) => loadKey(queryClient, keyId),
  ...noSuch('key'),
}).lazy(() => import('./pages/keys/key-route.tsx').then(({ keyRoute }) => keyRoute));

const rotateKey = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys/$keyId/rotate',
  validateSearch: readRotateSearch,
  loader: ({ context: { queryClient }, params: { keyId } }) => loadKey(queryClient, keyId),
  ...noSuch('key'),
}).lazy(() => import('./pages/keys/key-route.tsx').then(({ rotateRoute }) => rotateRoute));

const machines = createRoute({
  getParentRoute: () => signedIn,
  path: '/machines',
  validateSearch: readMachinesSearch,
  search: { middlewares: [stripSearchParams(MACHINES_SEARCH)] },
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.machines()),
  component: function Machines() {
    const navigate = machines.useNavigate();
    return (
      <MachinesPage
        search={machines.useSearch()}
        onSearch={(next) => void navigate({ search: (search) => ({ ...search, ...next }), replace: true })}
      />
    );
  },
});

const machine = createRoute({
  getParentRoute: () => signedIn,
  path: '/machines/$vmId',
  loader: ({ context: { queryClient }, params: { vmId } }) =>
    queryClient.ensureQueryData(queries.machine(vmId)),
  ...noSuch('machine'),
  component: function MachineRoute() {
    const { vmId } = machine.useParams();
    return <MachinePage key={vmId} vmId={vmId} />;
  },
});

const team = createRoute({
  getParentRoute: () => signedIn,
  path: '/team',
  loader: ({ context: { queryClient } }) =>
    Promise.all([
      queryClient.ensureQueryData(queries.members()),
      queryClient.ensureQueryData(queries.invitations()),
      queryClient.ensureQueryData(queries.serviceAccounts()),
    ]),
}).lazy(() => import('./pages/team/team-route.tsx').then(({ teamRoute }) => teamRoute));

const usage = createRoute({
  getParentRoute: () => signedIn,
  path: '/usage',
  validateSearch: readUsageSearch,
  search: { middlewares: [stripSearchParams(USAGE_SEARCH)] },
}).lazy(() => import('./pages/usage/usage-route.tsx').then(({ usageRoute }) => usageRoute));

const webhooks = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks',
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.webhooks()),
}).lazy(() => import('./pages/webhooks/webhook-routes.tsx').then(({ webhooksRoute }) => webhooksRoute));

const webhook = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks/$endpointId',
  loader: ({ context: { queryClient }, params: { endpointId } }) =>
    queryClient.ensureQueryData(queries.webhook(endpointId)),
  ...noSuch('webhook endpoint'),
}).lazy(() => import('./pages/webhooks/webhook-routes.tsx').then(({ webhookRoute }) => webhookRoute));

const trust = createRoute({
  getParentRoute: () => signedIn,
  path: '/trust',
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.trustPolicies()),
}).lazy(() => import('./pages/trust/trust-route.tsx').then(({ trustRoute }) => trustRoute));

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.account()),
}).lazy(() => import('./pages/account/account-route.tsx').then(({ accountRoute }) => accountRoute));

const me = createRoute({
  getParentRoute: () => signedIn,
  path: '/me',
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(queries.sessions()),
}).lazy(() => import('./pages/me/me-route.tsx').then(({ meRoute }) => meRoute));

const engine = createRoute({ getParentRoute: () => signedIn, path: '/engine', component: EnginePage });

const tree = root.addChildren([
  firstRun,
  signIn,
  signUp,
  invitation,
  forgotPassword,
  resetPassword,
  verifyEmail,
  signedIn.addChildren([
    home,
    keys,
    newKey,
    key,
    rotateKey,
    machines,
    machine,
    usage,
    webhooks,
    webhook,

    trust,
    team,
    account,
    me,
    engine,
  ]),
]);

export function createAppRouter(context: RouterContext) {
  return createRouter({
    routeTree: tree,
    context,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 300,
    defaultPendingComponent: PendingPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
