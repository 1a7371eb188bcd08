/** Asks until the answer is there; for what another process does in its own time. @throws after the deadline */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  timeoutSeconds = 20,
): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Still waiting after ${timeoutSeconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
