/** What every method takes last. */
export interface CallOptions {
  /** Ends the wait; the call then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds until the call gives up, instead of the client's. */
  timeoutMs?: number | undefined;
}
