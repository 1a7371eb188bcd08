import { useQuery } from '@tanstack/react-query';
import type { DailyRequests } from '../../api/daily-requests.ts';
import { ApiError } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { useRefusal } from '../../app/use-refusal.ts';

/** Requests of all keys by day; null while nothing is known, undefined for who may not see them. Nothing waits for it. */
export function useDailyRequests(): DailyRequests | null | undefined {
  const { isPending } = useQuery(queries.whoami());
  const refusal = useRefusal('usage:read');
  const { data, error } = useQuery({
    ...queries.dailyRequests(),
    enabled: !isPending && refusal === null,
  });
  const isRefused = error instanceof ApiError && error.status === 403;
  return refusal !== null || isRefused ? undefined : (data ?? null);
}
