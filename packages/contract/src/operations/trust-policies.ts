import { z } from 'zod';
import { operation } from '../operation.ts';
import {
  deletedTrustPolicy,
  trustPolicy,
  trustPolicyCreate,
  trustPolicyParams,
} from '../schemas/short-lived.ts';

const COLLECTION = '/v1/trust-policies';
const ITEM = '/v1/trust-policies/{policy_id}';
const params = trustPolicyParams;

/** Whose tokens are exchanged for short-lived API keys, and what those may do. */
export const trustPolicies = {
  create: operation({
    id: 'trustPolicies.create',
    published: null,
    method: 'POST',
    path: COLLECTION,
    credential: 'header',
    permission: 'keys:write',
    built: true,
    summary: 'Trust the tokens of an issuer',
    request: { body: trustPolicyCreate },
    response: { status: 201, body: trustPolicy },
    isRepeatable: true,
    errors: [404, 409],
  }),
  list: operation({
    id: 'trustPolicies.list',
    published: null,
    method: 'GET',
    path: COLLECTION,
    credential: 'header',
    permission: 'keys:read',
    built: true,
    summary: 'List trust policies',
    response: { status: 200, body: z.array(trustPolicy) },
  }),
  get: operation({
    id: 'trustPolicies.get',
    published: null,
    method: 'GET',
    path: ITEM,
    credential: 'header',
    permission: 'keys:read',
    built: true,
    summary: 'Show a trust policy',
    request: { params },
    response: { status: 200, body: trustPolicy },
    errors: [404],
  }),
  delete: operation({
    id: 'trustPolicies.delete',
    published: null,
    method: 'DELETE',
    path: ITEM,
    credential: 'header',
    permission: 'keys:write',
    built: true,
    summary: 'End a trust policy and the keys that came of it',
    request: { params },
    response: { status: 200, body: deletedTrustPolicy },
    errors: [404],
  }),
};
