import { z } from 'zod';
import { operation } from '../operation.ts';
import { whoami } from '../schemas/api-key-acts.ts';
import { usageBreakdown, usageBreakdownQuery } from '../schemas/usage.ts';

const user = z
  .object({ id: z.int(), email: z.string(), name: z.string(), is_verified: z.boolean() })
  .meta({ id: 'User' });

export const account = {
  me: operation({
    id: 'account.me',
    published: 'USR-1',
    method: 'GET',
    path: '/v1/users/me',
    credential: 'header',
    permission: 'account:read',
    built: true,
    summary: 'Show who the credential belongs to',
    response: { status: 200, body: user },
  }),
  usageBreakdown: operation({
    id: 'account.usageBreakdown',
    published: 'USR-2',
    method: 'GET',
    path: '/v1/users/me/usage-breakdown',
    credential: 'header',
    permission: 'usage:read',
    built: true,
    summary: 'Show usage by day',
    request: { query: usageBreakdownQuery },
    response: { status: 200, body: usageBreakdown },
  }),
  whoami: operation({
    id: 'account.whoami',
    published: null,
    method: 'GET',
    path: '/v1/whoami',
    credential: 'header',
    permission: 'self:read',
    sandboxPermission: 'self:read',
    built: true,
    summary: 'Show what the credential is and may do',
    response: { status: 200, body: whoami },
  }),
};
