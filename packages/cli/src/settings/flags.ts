/** Flags of every command, before or after its name. */
export interface GlobalFlags {
  apiKey?: string;
  apiKeyStdin?: boolean;
  baseUrl?: string;
  profile?: string;
  json?: boolean;
  /** Seconds. */
  maxWait?: number;
  /** False: no wait at all. */
  wait?: boolean;
  sshHost?: string;
}
