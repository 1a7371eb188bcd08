import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { type PepperSet, pepperFingerprint } from './pepper-set.ts';

/** How many keys each version of the pepper checks. */
export interface PepperUse {
  version: number;
  live: number;
  ended: number;
}

/** Live means: neither ended nor past its expiry. A disabled key counts, because it can be enabled again. */
export async function pepperUse(db: Kysely<Database>, nowText: string): Promise<PepperUse[]> {
  const rows = await db
    .selectFrom('api_key')
    .select(['pepper_version as version'])
    .select((eb) => [
      eb.fn.countAll<number>().as('all'),
      eb.fn
        .sum<number>(
          eb
            .case()
            .when(
              eb.and([
                eb('ended_at', 'is', null),
                eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', nowText)]),
              ]),
            )
            .then(1)
            .else(0)
            .end(),
        )
        .as('live'),
    ])
    .groupBy('pepper_version')
    .orderBy('pepper_version')
    .execute();
  return rows.map(({ version, all, live }) => ({ version, live: Number(live), ended: all - Number(live) }));
}

/**
 * What is wrong with these secrets for this database, in words without an end; null when nothing is. A wrong
 * pepper would refuse every key without saying why, so it is found before.
 */
export async function pepperProblem(
  db: Kysely<Database>,
  set: PepperSet,
  nowText: string,
): Promise<string | null> {
  for (const { version, fingerprint } of await knownVersions(db)) {
    const secret = set.versions.get(version);
    if (secret && pepperFingerprint(secret) !== fingerprint) {
      return `version ${version} is not the pepper that this database's keys were made with`;
    }
  }
  if (!(await hasLiveKeyBeyond(db, set, nowText))) return null;
  for (const { version, live } of await pepperUse(db, nowText)) {
    if (live > 0 && !set.versions.has(version)) {
      return `version ${version} is missing, which ${live} live API ${live === 1 ? 'key needs' : 'keys need'}`;
    }
  }
  return null;
}

/** Whether any needs a pepper that is not there: a third of the time of counting them all, at every start. */
async function hasLiveKeyBeyond(db: Kysely<Database>, set: PepperSet, nowText: string): Promise<boolean> {
  const key = await db
    .selectFrom('api_key')
    .select('id')
    .where('pepper_version', 'not in', [...set.versions.keys()])
    .where('ended_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', nowText)]))
    .limit(1)
    .executeTakeFirst();
  return key !== undefined;
}

/** Notes which secret each version is, once and for all. */
export async function rememberVersions(db: Kysely<Database>, set: PepperSet, nowText: string): Promise<void> {
  const known = new Set((await knownVersions(db)).map(({ version }) => version));
  for (const [version, secret] of set.versions) {
    if (known.has(version)) continue;
    await db
      .insertInto('pepper_version')
      .values({ version, fingerprint: pepperFingerprint(secret), first_seen_at: nowText, retired_at: null })
      .execute();
  }
}

export async function knownVersions(db: Kysely<Database>) {
  return db.selectFrom('pepper_version').selectAll().orderBy('version').execute();
}
