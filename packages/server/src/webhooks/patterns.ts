/** Whether an event is one that a pattern asks for: `vm.terminated`, `vm.*` or `*`. */
export function matchesPattern(pattern: string, eventType: string): boolean {
  if (pattern === '*' || pattern === eventType) return true;
  return pattern.endsWith('.*') && eventType.startsWith(pattern.slice(0, -1));
}

export interface Listener {
  account_id: number;
  environment: string | null;
  created_seq: number;
  patterns: readonly string[];
}

export interface Event {
  seq: number;
  account_id: number;
  environment: string | null;
  event_type: string;
}

/** Whether an endpoint gets an event: its account's, its environment's unless it has none, and from its making on. */
export function wants(endpoint: Listener, event: Event): boolean {
  return (
    endpoint.account_id === event.account_id &&
    (endpoint.environment === null || endpoint.environment === event.environment) &&
    event.seq > endpoint.created_seq &&
    endpoint.patterns.some((pattern) => matchesPattern(pattern, event.event_type))
  );
}
