import { z } from 'zod';
import { operation } from '../operation.ts';
import { environment } from '../schemas/fields.ts';
import {
  accountClose,
  accountRecord,
  accountUpdate,
  closedAccount,
  environmentRecord,
  environmentUpdate,
} from '../schemas/team.ts';

/** The account that the credential belongs to. */
export const accounts = {
  get: operation({
    id: 'accounts.get',
    published: null,
    method: 'GET',
    path: '/v1/account',
    credential: 'header',
    permission: 'account:read',
    built: true,
    summary: 'Show the account and its settings',
    response: { status: 200, body: accountRecord },
  }),
  update: operation({
    id: 'accounts.update',
    published: null,
    method: 'PATCH',
    path: '/v1/account',
    credential: 'header',
    permission: 'account:write',
    built: true,
    summary: "Change the account's settings",
    request: { body: accountUpdate },
    response: { status: 200, body: accountRecord },
  }),
  listEnvironments: operation({
    id: 'accounts.listEnvironments',
    published: null,
    method: 'GET',
    path: '/v1/account/environments',
    credential: 'header',
    permission: 'account:read',
    built: true,
    summary: 'List environments and their settings',
    response: { status: 200, body: z.array(environmentRecord) },
  }),
  updateEnvironment: operation({
    id: 'accounts.updateEnvironment',
    published: null,
    method: 'PATCH',
    path: '/v1/account/environments/{environment}',
    credential: 'header',
    permission: 'account:write',
    built: true,
    summary: 'Change the settings of an environment',
    request: { params: z.object({ environment }), body: environmentUpdate },
    response: { status: 200, body: environmentRecord },
    errors: [404],
  }),
  // Owners alone: the permission says who changes the account, closing it is the one thing kept from admins.
  close: operation({
    id: 'accounts.close',
    published: null,
    method: 'DELETE',
    path: '/v1/account',
    credential: 'header',
    permission: 'account:write',
    built: true,
    summary: 'Close the account for good, with all its keys and machines',
    request: { body: accountClose },
    response: { status: 200, body: closedAccount },
  }),
};
