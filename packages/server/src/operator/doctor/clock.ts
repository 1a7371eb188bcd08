import { type Check, note, ok, problem } from './check.ts';

export interface ClockFacts {
  wallMs: number;
  /** Time of the newest change in the database; null when there is none. */
  newestChangeMs: number | null;
  /** Of a running server: how far its own time is ahead of the wall clock, which it never follows back. */
  serverAheadMs: number | null;
  /** Who keeps the clock right, as far as that is to be seen without asking anyone. */
  keeper: string | null;
}

/** No release is older. */
const EARLIEST_MS = Date.UTC(2025, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);
const TOLERATED_MS = 60_000;
const SERVER_TOLERATED_MS = 2000;

/** Expiry of keys and sign-ins hangs on the clock. */
export function checkClock({ wallMs, newestChangeMs, serverAheadMs, keeper }: ClockFacts): Check {
  const name = 'clock';
  const shown = new Date(wallMs).toISOString();
  const setIt = 'Set the clock of this machine, best by NTP (for example: timedatectl set-ntp true).';
  if (wallMs < EARLIEST_MS || wallMs > LATEST_MS) return problem(name, `it says ${shown}`, setIt);
  if (newestChangeMs !== null && newestChangeMs - wallMs > TOLERATED_MS) {
    const newest = new Date(newestChangeMs).toISOString();
    return problem(name, `it says ${shown}, but the newest change was written at ${newest}`, setIt);
  }
  if (serverAheadMs !== null && serverAheadMs > SERVER_TOLERATED_MS) {
    const seconds = Math.round(serverAheadMs / 1000);
    return problem(
      name,
      `it was set back by ${seconds} s while the server ran; the server goes on by its own time, so that no expired key comes back`,
      setIt,
    );
  }
  if (keeper) return ok(name, `${shown}, kept by ${keeper}`);
  return note(name, `${shown}; nothing was found here that keeps it right`);
}
