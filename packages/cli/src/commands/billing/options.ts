import type { OptionSpec } from '../../command.ts';

export const USAGE_TYPES = ['vm_execution', 'browser_automation'] as const;

export const CREDIT_PERIOD_OPTION: OptionSpec = {
  flags: '--period <period>',
  description: 'which time (default current_month)',
  choices: ['current_month', 'last_30_days', 'all'],
};
