import type { StateInfo } from './states.ts';

/** What is unusual about the use of a key. */
export const ANOMALY_KINDS = {
  new_place: { label: 'New place', meaning: 'A request came from a network this key was never used from.' },
  new_client: { label: 'New client', meaning: 'A request came from a program this key was never used by.' },
  awake: { label: 'Awake after long sleep', meaning: 'A key that was unused for long is used again.' },
  rate: { label: 'Unusual rate', meaning: 'Requests come far faster than is usual for this key.' },
  refusals: {
    label: 'Burst of refusals',
    meaning: 'Many requests of this key were refused in a short time.',
  },
  two_places: {
    label: 'Two places at once',
    meaning: 'Requests come from two distant networks at the same time.',
  },
  wrong_environment: {
    label: 'Wrong environment',
    meaning: 'The key is used from the networks of an environment that it is not for.',
  },
} as const satisfies Record<string, StateInfo>;

export type AnomalyKind = keyof typeof ANOMALY_KINDS;
