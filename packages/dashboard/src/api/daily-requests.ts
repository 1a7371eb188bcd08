const DAYS = 7;
const DAY_MS = 86_400_000;
/** Keys for which there was no room to be counted alone. */
const OTHERS = 'other';

/** Requests of each key on the last seven days. */
export interface DailyRequests {
  /** As the server counts days: those of UTC, oldest first, the last one has only begun. */
  days: readonly string[];
  /** By the key's number, a count for each day. A key that was not used is not in it. */
  counts: Readonly<Record<string, readonly number[]>>;
}

interface ExportedRow {
  at: string;
  subject: string;
  requests: number;
}

/** Reads an export by key and day: one line of JSON for each key and day on which there was something. */
export function readDailyRequests(jsonLines: string, now: number): DailyRequests {
  const rows = jsonLines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExportedRow);
  // A clock that is behind the server's hides nothing of what was used today.
  const last = rows.reduce((latest, { at }) => Math.max(latest, Date.parse(at)), now);
  const days = Array.from({ length: DAYS }, (_, index) => dayOf(last - (DAYS - 1 - index) * DAY_MS));
  const counts: Record<string, number[]> = {};
  for (const { at, subject, requests } of rows) {
    const day = days.indexOf(at.slice(0, 10));
    if (day === -1) continue;
    counts[subject] ??= days.map(() => 0);
    counts[subject][day] = requests;
  }
  return { days, counts };
}

/** Null for a key whose requests may be among those of others, and are not told apart. */
export function requestsOfKey({ days, counts }: DailyRequests, keyId: number): readonly number[] | null {
  return counts[keyId] ?? (OTHERS in counts ? null : days.map(() => 0));
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
