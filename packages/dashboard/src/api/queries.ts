import { keepPreviousData, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { ApiError } from './errors.ts';
import type { ExplainRequest, Machine, Readiness } from './types.ts';

export const queries = {
  session: () => queryOptions({ queryKey: ['session'], queryFn: api.session, staleTime: 60_000 }),
  firstRun: () => queryOptions({ queryKey: ['first-run'], queryFn: api.firstRun }),
  /** Who is signed in, with which rights. Nothing waits for it: without an answer the server decides alone. */
  whoami: () => queryOptions({ queryKey: ['whoami'], queryFn: api.whoami, staleTime: 30_000, retry: false }),
  keys: () =>
    queryOptions({
      queryKey: ['keys'],
      queryFn: api.keys,
      // A long list is asked for less often: it is long to send too.
      refetchInterval: (query) => ((query.state.data?.length ?? 0) > 200 ? 30_000 : 5000),
    }),
  /** Asks each second for as long as somebody looks at it: the last use of a key is what they wait for. */
  key: (id: number) =>
    queryOptions({ queryKey: ['keys', id], queryFn: () => api.key(id), refetchInterval: 1000 }),
  /** Whether a key may do something; asked again now and then, as the answer can change with time. */
  explain: (id: number, question: ExplainRequest | null) =>
    queryOptions({
      queryKey: ['keys', id, 'explain', question],
      queryFn: ({ signal }) => api.explainKey(id, question!, signal),
      enabled: question !== null,
      retry: false,
      refetchInterval: 10_000,
    }),
  signUpOpen: () => queryOptions({ queryKey: ['sign-up'], queryFn: api.signUpOpen, staleTime: 60_000 }),
  sessions: () => queryOptions({ queryKey: ['sessions'], queryFn: api.sessions, refetchInterval: 10_000 }),
  account: () => queryOptions({ queryKey: ['account'], queryFn: api.account, staleTime: 10_000 }),
  members: () => queryOptions({ queryKey: ['members'], queryFn: api.members, refetchInterval: 10_000 }),
  invitations: () =>
    queryOptions({ queryKey: ['invitations'], queryFn: api.invitations, refetchInterval: 10_000 }),
  accounts: () => queryOptions({ queryKey: ['accounts'], queryFn: api.accounts, staleTime: 30_000 }),
  serviceAccounts: () =>
    queryOptions({
      queryKey: ['service-accounts'],
      queryFn: api.serviceAccounts,
      staleTime: 30_000,
      retry: false,
    }),
  environments: () =>
    queryOptions({ queryKey: ['environments'], queryFn: api.environments, staleTime: 30_000 }),
  usage: (period: string, by: string) =>
    queryOptions({
      queryKey: ['usage', period, by],
      queryFn: () => api.usage(period, by),
      placeholderData: keepPreviousData,
      refetchInterval: 10_000,
    }),
  keyUsage: (id: number, period: string) =>
    queryOptions({
      queryKey: ['usage', 'key', id, period],
      queryFn: () => api.keyUsage(id, period),
      placeholderData: keepPreviousData,
      refetchInterval: 10_000,
    }),
  dailyRequests: () =>
    queryOptions({
      queryKey: ['usage', 'daily-requests'],
      queryFn: api.dailyRequests,
      // As with the list of keys: what is long is asked for less often.
      refetchInterval: (query) =>
        Object.keys(query.state.data?.counts ?? {}).length > 200 ? 60_000 : 10_000,
    }),
  anomalies: () =>
    queryOptions({ queryKey: ['anomalies'], queryFn: api.anomalies, refetchInterval: 10_000, retry: false }),
  webhooks: () => queryOptions({ queryKey: ['webhooks'], queryFn: api.webhooks, refetchInterval: 10_000 }),
  webhook: (id: string) =>
    queryOptions({ queryKey: ['webhooks', id], queryFn: () => api.webhook(id), refetchInterval: 10_000 }),
  deliveries: (endpointId: string, status: string) =>
    queryOptions({
      queryKey: ['deliveries', endpointId, status],
      queryFn: () => api.deliveries(endpointId, status),
      placeholderData: keepPreviousData,
      refetchInterval: 3000,
    }),
  delivery: (id: string) => queryOptions({ queryKey: ['delivery', id], queryFn: () => api.delivery(id) }),
  trustPolicies: () =>
    queryOptions({ queryKey: ['trust-policies'], queryFn: api.trustPolicies, retry: false }),
  memberSessions: (id: number) =>
    queryOptions({ queryKey: ['members', id, 'sessions'], queryFn: () => api.memberSessions(id) }),
  machineTokens: (vmId: string) =>
    queryOptions({
      queryKey: ['machine-tokens', vmId],
      queryFn: () => api.machineTokens(vmId),
      refetchInterval: 10_000,
      retry: false,
    }),
  resetByMail: () =>
    queryOptions({
      queryKey: ['reset-by-mail'],
      queryFn: api.resetByMail,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  machines: () =>
    queryOptions({
      queryKey: ['machines'],
      queryFn: api.machines,
      refetchInterval: (query) => (query.state.data?.some(isStarting) ? 1000 : 5000),
    }),
  machine: (vmId: string) =>
    queryOptions({
      queryKey: ['machines', vmId],
      queryFn: () => api.machine(vmId),
      refetchInterval: (query) => (query.state.data && isStarting(query.state.data) ? 1000 : 5000),
    }),
  readiness: () =>
    queryOptions({
      queryKey: ['readiness'],
      queryFn: api.readiness,
      retry: false,
      refetchInterval: (query) => (query.state.error ? 2000 : pollEngineEvery(query.state.data)),
    }),
};

/** `onSignedOut` is told when the server no longer knows the session. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401) onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 1000,
        // Only silence is worth asking again; an answer stays the same.
        retry: (count, error) => error instanceof ApiError && error.status === 0 && count < 2,
      },
    },
  });
}

export const isStarting = (machine: Machine) => machine.status === 'creating';
export const isRunning = (machine: Machine) => machine.status === 'active' || isStarting(machine);

function pollEngineEvery(readiness: Readiness | undefined): number {
  return readiness?.vm.state === 'preparing' ? 1000 : 10_000;
}
