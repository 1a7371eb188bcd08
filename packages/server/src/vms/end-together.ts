/** Each waits for its machine to be gone from the host. */
const TOGETHER = 32;

/** Has so many machines ended at once, until all are. */
export async function endTogether<M>(
  machines: readonly M[],
  end: (some: readonly M[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < machines.length; from += TOGETHER) {
    await end(machines.slice(from, from + TOGETHER));
  }
}
