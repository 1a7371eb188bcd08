import type { Steps } from '../db/machine-life.ts';

/** What machines took. */
export interface MachineUse {
  coreSeconds: number;
  mibSeconds: number;
}

/** What the credits know of use and money. `R` are the operator's rates. */
export interface Costs<R> {
  useBySteps(
    scope: { accountId: number; environment: string | null },
    steps: Steps,
    nowMs: number,
  ): Promise<MachineUse[]>;
  /** In force now. */
  readRates(): Promise<R>;
  costOf(use: MachineUse, rates: R): { cost_dollars: number; cpu_hours: number; ram_gib_hours: number };
}
