import type { Group } from '../bench.ts';

/** What `npm run bench -- limits` measures, one file a group beside this one. */
export const limitGroups: Record<string, Group> = {};
