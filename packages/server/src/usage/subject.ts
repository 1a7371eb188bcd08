/**
 * What counts are kept of. Every request is counted for its environment and its key, and for each of them by route
 * and by client; one about a machine once more for that machine, by key, route and client.
 */
export interface Subject {
  accountId: number;
  kind: SubjectKind;
  /** 0 is the dashboard, and -1 keys for which there was no room; 0 where keys are not told apart. */
  keyId: number;
  /** Empty for credentials of no environment. */
  environment: string;
  vmId: string;
  route: string;
  client: string;
}

export type SubjectKind =
  | 'environment'
  | 'environment_route'
  | 'environment_client'
  | 'key'
  | 'key_route'
  | 'key_client'
  | 'machine';

export const DASHBOARD_KEY_ID = 0;
export const OTHER_KEY_ID = -1;
/** Stands for routes and clients for which there was no room. */
export const OTHER = 'other';

/** Two subjects are the same when this is. No part of it holds the separator. */
export function subjectKey(subject: Subject): string {
  const { accountId, kind, keyId, environment, vmId, route, client } = subject;
  return `${accountId}|${kind}|${keyId}|${environment}|${vmId}|${route}|${client}`;
}
