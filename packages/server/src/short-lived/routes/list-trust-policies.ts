import { trustPolicies } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { listPolicies } from '../policy-store.ts';
import { policyRecord } from '../trust-policy.ts';

export const listTrustPolicies = (deps: { db: Kysely<Database> }) =>
  bind(trustPolicies.list, async ({ principal }) =>
    (await listPolicies(deps.db, principal)).map(policyRecord),
  );
