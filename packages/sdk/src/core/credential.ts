/** A key that ends soon, as `InstaVM.exchangeToken` gives it. */
export interface ShortLivedKey {
  apiKey: string;
  /** Without it the client learns from the server's answers when the key ends. */
  expiresAt?: Date | null | undefined;
}

/**
 * An API key, or a function that gets one. The function is asked before the first request and again before its key
 * ends, once for all requests that wait.
 */
export type Credential = string | (() => Promise<string | ShortLivedKey>);
