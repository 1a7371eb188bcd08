import { trustPolicies } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import { findPolicy } from '../policy-store.ts';
import { policyRecord } from '../trust-policy.ts';

export const getTrustPolicy = (deps: { db: Kysely<Database> }) =>
  bind(trustPolicies.get, async ({ principal }, { params }) => {
    const row = await findPolicy(deps.db, principal, params.policy_id);
    if (!row) throw notFound('trustPolicies');
    return policyRecord(row);
  });
