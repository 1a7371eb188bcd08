import { advance, count } from './counts.ts';
import { compareEnvironment } from './environments.ts';
import type { Finding, Sighting } from './finding.ts';
import { meet } from './newness.ts';
import { onDay, type Profile } from './profile.ts';
import { wake } from './sleep.ts';
import { alternate } from './two-places.ts';

type Step = (profile: Profile, sighting: Sighting) => { profile: Profile; findings: Finding[] };

/** In this order: a sleep is measured before the use that ends it, and a place is judged before it is known. */
const STEPS_OF_USE: readonly Step[] = [wake, alternate, compareEnvironment, meet];

/** What is usual for a key, and a sighting of it -> what is usual from now on, and what was not. */
export function observe(profile: Profile, sighting: Sighting): { profile: Profile; findings: Finding[] } {
  const isUse = sighting.requests > 0;
  let now = advance(isUse ? onDay(profile, sighting.atMs) : profile, sighting.atMs);
  const findings: Finding[] = [];
  for (const step of isUse ? [...STEPS_OF_USE, count] : [count]) {
    const seen = step(now, sighting);
    now = seen.profile;
    findings.push(...seen.findings);
  }
  return { profile: now, findings };
}
