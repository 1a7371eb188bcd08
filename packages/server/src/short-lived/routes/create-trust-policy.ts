import { trustPolicies } from '@instavm/contract';
import type { Owners } from '../../auth/owners.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { invalidField } from '../../http/errors.ts';
import type { Delegation } from '../../keys/delegation.ts';
import type { KeyRing } from '../../keys/key-ring.ts';

import { subjectProblem } from '../subject-pattern.ts';
import type { TrustPolicies } from '../trust-policies.ts';
import { policyRecord } from '../trust-policy.ts';

export interface CreateTrustPolicyDeps {
  trustPolicies: TrustPolicies;
  keys: Pick<KeyRing, 'permissionsOf'>;
  owners: Owners;
  delegation: Delegation;
  /** What is wrong with an address that the server is to read from, in words; null when nothing is. */
  addressProblem(url: string): string | null;
}

/** Enough to run things, and nothing that lasts: what most jobs need. */
const DEFAULT_SCOPES = ['exec-only'];
const DEFAULT_SECONDS = 3600;

/** Its keys hold what keys of a policy do, whichever number it gets. */
const NOT_YET = 0;

/** Whoever makes one hands out what its keys may do, so they must hold it, as with a key. */
export const createTrustPolicy = (deps: CreateTrustPolicyDeps) =>
  bind(trustPolicies.create, async (context, { body }) => {
    const { principal } = context;
    const environment = body.environment ?? principal.environment;
    deps.delegation.mustStayInside(principal, environment);
    const ownOwner = principal.kind === 'api_key' ? principal.serviceAccountId : null;
    const owned = {
      account_id: principal.accountId,
      person_id: principal.personId,
      service_account_id: body.service_account_id ?? ownOwner,
      scopes: JSON.stringify(body.scopes ?? DEFAULT_SCOPES),
    };
    if (!deps.owners.of(owned).isActive) {
      throw invalidField(
        'service_account_id',
        'this account has no such service account, or it is suspended',
      );
    }
    deps.delegation.mustHold(principal, deps.keys.permissionsOf({ ...owned, trust_policy_id: NOT_YET }));
    const problem = {
      subject: subjectProblem(body.issuer, body.subject),
      issuer: body.jwks_url ? null : deps.addressProblem(body.issuer),
      jwks_url: body.jwks_url ? deps.addressProblem(body.jwks_url) : null,
    };
    for (const [field, message] of Object.entries(problem)) {
      if (message) throw invalidField(field, message);
    }
    const { name, issuer, audience, subject } = body;
    const row = await deps.trustPolicies.create(actorOf(context), {
      ...owned,
      ...{ name, issuer, audience, subject, environment },
      max_seconds: body.max_seconds ?? DEFAULT_SECONDS,
      jwks_url: body.jwks_url ?? null,
    });
    return policyRecord(row);
  });
