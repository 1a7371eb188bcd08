/** Dollars; the operator sets them, and they hold for all use whenever it was. */
export interface Rates {
  readonly cpuPerSecond: number;
  readonly ramGibPerSecond: number;
}

export const NO_RATES: Rates = { cpuPerSecond: 0, ramGibPerSecond: 0 };

const MIB_PER_GIB = 1024;
const SECONDS_PER_HOUR = 3600;

/** What running for so many seconds takes and costs; nothing is rounded. */
export function vmCost(
  vm: { memoryMb: number; vcpuCount: number },
  seconds: number,
  rates: Rates,
): { cpu_hours: number; ram_gib_hours: number; cost_dollars: number } {
  return costOf({ coreSeconds: seconds * vm.vcpuCount, mibSeconds: seconds * vm.memoryMb }, rates);
}

/** The same of the sum of many machines. */
export function costOf(
  { coreSeconds, mibSeconds }: { coreSeconds: number; mibSeconds: number },
  rates: Rates,
): { cpu_hours: number; ram_gib_hours: number; cost_dollars: number } {
  const gibSeconds = mibSeconds / MIB_PER_GIB;
  return {
    cpu_hours: coreSeconds / SECONDS_PER_HOUR,
    ram_gib_hours: gibSeconds / SECONDS_PER_HOUR,
    cost_dollars: coreSeconds * rates.cpuPerSecond + gibSeconds * rates.ramGibPerSecond,
  };
}
