import { z } from 'zod';
import { operation } from '../operation.ts';
import {
  createdSandboxToken,
  oneSandboxTokenParams,
  revokedSandboxToken,
  sandboxToken,
  sandboxTokenCreate,
  sandboxTokenParams,
} from '../schemas/short-lived.ts';

const COLLECTION = '/v1/vms/{vm_id}/tokens';
const params = sandboxTokenParams;

/** Credentials of one machine, which end with it. */
export const sandboxTokens = {
  create: operation({
    id: 'sandboxTokens.create',
    published: null,
    method: 'POST',
    path: COLLECTION,
    credential: 'header',
    permission: 'keys:write',
    built: true,
    summary: 'Create a token for one machine',
    request: { params, body: sandboxTokenCreate.prefault({}) },
    response: { status: 201, body: createdSandboxToken },
    isRepeatable: true,
    errors: [404, 409, 410],
  }),
  list: operation({
    id: 'sandboxTokens.list',
    published: null,
    method: 'GET',
    path: COLLECTION,
    credential: 'header',
    permission: 'keys:read',
    built: true,
    summary: 'List the tokens of a machine',
    request: { params },
    response: { status: 200, body: z.array(sandboxToken) },
    errors: [404],
  }),
  revoke: operation({
    id: 'sandboxTokens.revoke',
    published: null,
    method: 'DELETE',
    path: `${COLLECTION}/{token_id}`,
    credential: 'header',
    permission: 'keys:write',
    built: true,
    summary: 'Revoke a token of a machine',
    request: { params: oneSandboxTokenParams },
    response: { status: 200, body: revokedSandboxToken },
    errors: [404],
  }),
};
