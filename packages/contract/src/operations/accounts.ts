import { operation } from '../operation.ts';
import { accountClose, accountRecord, accountUpdate, closedAccount } from '../schemas/team.ts';

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
