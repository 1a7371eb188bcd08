/** What a fake host does wrong from now on. Changed at any time; the next call sees it. */
export interface Faults {
  /** Verbs that never answer. */
  hang: Set<'create' | 'start' | 'delete' | 'list'>;
  /** The next starts end in the middle. */
  crashAtStart: boolean;
  /** `list` says of machines that ended that they run. */
  lie: boolean;
  /** How a service inside a machine fails. */
  guest: 'hang' | 'crash' | 'lie' | null;
  /** Added to each call. */
  slowMs: number;
  diskFull: boolean;
}

export function noFaults(): Faults {
  return { hang: new Set(), crashAtStart: false, lie: false, guest: null, slowMs: 0, diskFull: false };
}
