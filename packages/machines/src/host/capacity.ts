/** Share of the host's memory that machines get when nobody says otherwise. */
const defaultShare = 0.8;

export function defaultMemoryBudgetMb(hostMemoryBytes: number): number {
  return Math.floor((hostMemoryBytes * defaultShare) / (1024 * 1024));
}

/** Why a machine of this size has no room, or null. `takenMb` is what all others may use at most. */
export function noRoom(memoryMb: number, takenMb: number, budgetMb: number): string | null {
  if (takenMb + memoryMb <= budgetMb) return null;
  return `${memoryMb} MB more do not fit: ${takenMb} of ${budgetMb} MB are taken. End a machine first`;
}
