import { counterOf } from '../auth/failed-attempts.ts';
import { networkOfAddress } from '../auth/networks.ts';

const EXCHANGES_PER_MINUTE = 300;
const REFUSED_PER_MINUTE = 120;

/** Seconds to wait when there were too many, else null. */
export interface ExchangePace {
  ofPolicy(id: number): number | null;
  /** Only what was refused counts, so a right token from the same network is never held up. */
  ofRefused(address: string): number | null;
}

/** Counts exchanges by their policy, and refused ones by where they come from. */
export function exchangePace(monotonicMs: () => number): ExchangePace {
  const byPolicy = counterOf(EXCHANGES_PER_MINUTE);
  const byNetwork = counterOf(REFUSED_PER_MINUTE);
  const seconds = (waitMs: number) => (waitMs > 0 ? Math.ceil(waitMs / 1000) : null);
  return {
    ofPolicy: (id) => seconds(byPolicy(String(id), Math.floor(monotonicMs()))),
    ofRefused: (address) =>
      seconds(byNetwork(networkOfAddress(address) ?? address, Math.floor(monotonicMs()))),
  };
}
