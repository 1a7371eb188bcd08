import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { pepperProblem, pepperUse } from '../../auth/pepper-check.ts';
import { PEPPER_FILE, readPepperFile } from '../../auth/pepper-file.ts';
import { currentVersion, PEPPER_VARIABLE, type PepperSet } from '../../auth/pepper-set.ts';
import type { Database } from '../../db/schema.ts';
import { type Check, note, ok, problem } from './check.ts';

export interface PepperFacts {
  dataDir: string;
  /** Of the tool's own environment. */
  given: PepperSet | null;
  /** Where a running server says it has its own from. */
  serverSource: 'file' | 'environment' | null;
  nowText: string;
}

/** Present, the right one, closed to others (the reader refuses an open file), and what is on older versions. */
export async function checkPepper(db: Kysely<Database>, facts: PepperFacts): Promise<Check> {
  const name = 'pepper';
  const { dataDir, given, serverSource, nowText } = facts;
  if (serverSource === 'environment' && !given) {
    return note(name, `the server has it from ${PEPPER_VARIABLE}, which is not set here: not looked at`);
  }
  const putBack =
    'Put the right one back from a backup, before new keys are made: without it no API key works.';
  let set = given;
  try {
    set ??= readPepperFile(dataDir);
  } catch (error) {
    return problem(name, (error as Error).message, 'Do what it says. Without the pepper no API key works.');
  }
  const use = await pepperUse(db, nowText);
  if (!set) {
    const keys = use.reduce((sum, { live }) => sum + live, 0);
    return keys === 0
      ? note(name, 'there is none yet; the first start makes it')
      : problem(name, `${join(dataDir, PEPPER_FILE)} is missing and ${PEPPER_VARIABLE} is not set`, putBack);
  }
  const wrong = await pepperProblem(db, set, nowText);
  if (wrong) return problem(name, wrong, putBack);
  const current = currentVersion(set);
  const place = given ? PEPPER_VARIABLE : PEPPER_FILE;
  const old = use.filter(({ version, live }) => version !== current && live > 0);
  const still = old.map(({ version, live }) => `${live} ${live === 1 ? 'key' : 'keys'} still on v${version}`);
  return ok(name, [`v${current} in ${place} is the right one`, ...still].join('; '));
}
