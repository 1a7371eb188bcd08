/** One thing that was looked at. */
export interface Check {
  name: string;
  /** `note` is worth knowing and needs nothing done. */
  state: 'ok' | 'note' | 'problem';
  /** What was found, in one sentence without an end. */
  says: string;
  /** What to do; of a problem always there. */
  todo: string | null;
}

export const ok = (name: string, says: string): Check => ({ name, state: 'ok', says, todo: null });

export const note = (name: string, says: string, todo: string | null = null): Check => ({
  name,
  state: 'note',
  says,
  todo,
});

export const problem = (name: string, says: string, todo: string): Check => ({
  name,
  state: 'problem',
  says,
  todo,
});
