import type { OptionSpec } from '../../command.ts';

export const SERVICE_ROLES = ['admin', 'developer', 'viewer'] as const;

export type ServiceRole = (typeof SERVICE_ROLES)[number];

export const ROLE_OPTION: OptionSpec = {
  flags: '--role <role>',
  description: 'what its keys may do at most',
  choices: SERVICE_ROLES,
};
