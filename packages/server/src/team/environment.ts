import type { EnvironmentRow } from '../auth/account-settings.ts';

/** The record as the API shows it. */
export function environmentRecord({ account_id: _, networks, ...row }: EnvironmentRow) {
  return { ...row, networks: JSON.parse(networks) as string[] };
}
