/** What was used of quotas in each month, and of machines in each hour. */
export interface QuotasTables {
  /** Of machines that have ended, and of executions; what runs is in the rows of machines. */
  quota_use: {
    account_id: number;
    /** The first key of a chain of rotations; 0 is the whole account. */
    api_key_id: number;
    /** `2030-01`, UTC. */
    month: string;
    vm_ms: number;
    executions: number;
  };
  /** Of machines that have ended. */
  machine_hour: {
    account_id: number;
    /** `2030-01-31T23`, UTC. */
    hour: string;
    /** Empty for machines without one. */
    environment: string;
    vm_ms: number;
    /** Milliseconds times processors. */
    core_ms: number;
    /** Milliseconds times MiB of memory. */
    mib_ms: number;
  };
}
