/** Limits, quotas and times where a sentence names them. */
export const BOUND_NAMES = {
  rate_limit: 'The limit',
  key_rate_limit: 'The limit',
  concurrent_requests: 'The number',
  quota_machines: 'The number',
  quota_vm_seconds: 'The number',
  quota_executions: 'The number',
  machine_lifetime_seconds: 'The time',
  machine_idle_timeout_seconds: 'The time',
  machine_lifetime_max_seconds: 'The time',
};
