import { useNow } from '../../ui/now.ts';

/** Seconds since a start, counting. */
export function Elapsed({ since }: { since: string }) {
  const now = useNow(100);
  return <>{(Math.max(0, now - Date.parse(since)) / 1000).toFixed(1)} s</>;
}
