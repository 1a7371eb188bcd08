import type { Generated } from 'kysely';
import type { SubjectKind } from '../../usage/subject.ts';

/** Counts of requests in one step of time. */
interface UsageTable {
  subject_id: number;
  /** The beginning of the step, in seconds since 1970: there are too many rows for texts. */
  at: number;
  requests: number;
  errors: number;
  limited: number;
  bytes_in: number;
  bytes_out: number;
  executions: number;
  /** A histogram, as `usage/latency.ts` encodes it. */
  latency: string;
}

/** Usage, rolled up. */
export interface UsageTables {
  /** What is counted of; `usage/subject.ts` says what its columns mean. */
  usage_subject: {
    id: Generated<number>;
    account_id: number;
    kind: SubjectKind;
    key_id: number;
    environment: string;
    vm_id: string;
    route: string;
    client: string;
  };
  /** Each process counts a minute under a number of its own and replaces its own row alone. */
  usage_minute: UsageTable & { batch: number };
  usage_hour: UsageTable;
  usage_day: UsageTable;
  usage_block: UsageTable;
  /** All before `until`, seconds since 1970, is in the table of that step. */
  usage_rolled: { step: 'hour' | 'day' | 'block'; until: number };
  /** Of ended machines, by the key that made them; what runs is in the rows of machines. */
  usage_machine: {
    account_id: number;
    /** 0 for machines that people made. */
    api_key_id: number;
    step: 'hour' | 'day';
    at: number;
    environment: string;
    vm_ms: number;
  };
}
