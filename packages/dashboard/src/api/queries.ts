import { QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { ApiError } from './errors.ts';
import type { Machine, Readiness } from './types.ts';

export const queries = {
  session: () => queryOptions({ queryKey: ['session'], queryFn: api.session, staleTime: 60_000 }),
  firstRun: () => queryOptions({ queryKey: ['first-run'], queryFn: api.firstRun }),
  keys: () => queryOptions({ queryKey: ['keys'], queryFn: api.keys, refetchInterval: 5000 }),
  /** Asks each second for as long as somebody looks at it. */
  watchedKey: (id: number) =>
    queryOptions({
      queryKey: ['keys', id],
      queryFn: () => api.key(id),
      refetchInterval: (query) => (query.state.data?.last_used ? false : 1000),
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
