/** What fetch failed of: it says only "fetch failed", the rest is in the chain of causes. */
export function causesOf(error: unknown): (Error & { code?: unknown })[] {
  const chain: (Error & { code?: unknown })[] = [];
  let current: unknown = error instanceof Error ? error.cause : null;
  while (current instanceof Error && chain.length < 10) {
    chain.push(current);
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return chain;
}
