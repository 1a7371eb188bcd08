import { z } from 'zod';
import { operation } from '../operation.ts';
import { integerIdParam } from '../schemas/fields.ts';
import {
  deletedServiceAccount,
  serviceAccount,
  serviceAccountCreate,
  serviceAccountUpdate,
} from '../schemas/team.ts';

const COLLECTION = '/v1/service-accounts';
const ITEM = '/v1/service-accounts/{id}';
const params = z.object({ id: integerIdParam });

export const serviceAccounts = {
  create: operation({
    id: 'serviceAccounts.create',
    published: null,
    method: 'POST',
    path: COLLECTION,
    credential: 'header',
    permission: 'members:write',
    built: true,
    summary: 'Create a service account, which owns keys of the team',
    request: { body: serviceAccountCreate },
    response: { status: 201, body: serviceAccount },
    isRepeatable: true,
    errors: [409],
  }),
  list: operation({
    id: 'serviceAccounts.list',
    published: null,
    method: 'GET',
    path: COLLECTION,
    credential: 'header',
    permission: 'members:read',
    built: true,
    summary: 'List service accounts',
    response: { status: 200, body: z.array(serviceAccount) },
  }),
  update: operation({
    id: 'serviceAccounts.update',
    published: null,
    method: 'PATCH',
    path: ITEM,
    credential: 'header',
    permission: 'members:write',
    built: true,
    summary: "Change a service account's name or role",
    request: { params, body: serviceAccountUpdate },
    response: { status: 200, body: serviceAccount },
    errors: [404, 409],
  }),
  delete: operation({
    id: 'serviceAccounts.delete',
    published: null,
    method: 'DELETE',
    path: ITEM,
    credential: 'header',
    permission: 'members:write',
    built: true,
    summary: 'Delete a service account and revoke its keys',
    request: { params },
    response: { status: 200, body: deletedServiceAccount },
    errors: [404],
  }),
  suspend: operation({
    id: 'serviceAccounts.suspend',
    published: null,
    method: 'POST',
    path: `${ITEM}/suspend`,
    credential: 'header',
    permission: 'members:write',
    built: true,
    summary: 'Refuse all keys of a service account from the next request on',
    request: { params },
    response: { status: 200, body: serviceAccount },
    errors: [404],
  }),
  resume: operation({
    id: 'serviceAccounts.resume',
    published: null,
    method: 'POST',
    path: `${ITEM}/resume`,
    credential: 'header',
    permission: 'members:write',
    built: true,
    summary: 'Let the keys of a suspended service account in again',
    request: { params },
    response: { status: 200, body: serviceAccount },
    errors: [404],
  }),
};
