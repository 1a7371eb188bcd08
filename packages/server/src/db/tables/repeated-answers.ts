/** Answers for requests that are repeated. */
export interface RepeatedAnswersTables {
  repeated_answer: {
    caller: string;
    /** SHA-256 of the Idempotency-Key. */
    key_digest: string;
    account_id: number;
    /** What was asked and how far it has come, for the caller alone: `http/repeated-store.ts`. */
    sealed: Uint8Array;
    expires_at: string;
  };
}
