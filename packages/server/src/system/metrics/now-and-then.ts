/** Reads at most once in `everyMs`, however often it is asked; a reading that failed is not kept. */
export function nowAndThen<T>(
  everyMs: number,
  monotonicMs: () => number,
  read: () => Promise<T>,
): () => Promise<T> {
  let last: { value: Promise<T>; atMs: number } | null = null;
  return () => {
    const nowMs = monotonicMs();
    if (last === null || nowMs - last.atMs >= everyMs) {
      const value = read();
      last = { value, atMs: nowMs };
      value.catch(() => {
        last = null;
      });
    }
    return last.value;
  };
}
