import { z } from 'zod';
import { operation } from '../operation.ts';
import { integerIdParam } from '../schemas/fields.ts';
import { createdInvitation, invitation, invitationCreate } from '../schemas/team.ts';

/** They are accepted in the dashboard: that takes a person. */
export const invitations = {
  create: operation({
    id: 'invitations.create',
    published: null,
    method: 'POST',
    path: '/v1/invitations',
    credential: 'header',
    permission: 'members:write',
    built: true,
    summary: 'Invite a person by a link that works once',
    request: { body: invitationCreate },
    response: { status: 201, body: createdInvitation },
    isRepeatable: true,
    errors: [409],
  }),
  list: operation({
    id: 'invitations.list',
    published: null,
    method: 'GET',
    path: '/v1/invitations',
    credential: 'header',
    permission: 'members:read',
    built: true,
    summary: 'List invitations',
    // Without a filter: those that can still be accepted.
    request: { query: z.object({ status: z.enum(['open', 'all']).optional() }) },
    response: { status: 200, body: z.array(invitation) },
  }),
  revoke: operation({
    id: 'invitations.revoke',
    published: null,
    method: 'DELETE',
    path: '/v1/invitations/{id}',
    credential: 'header',
    permission: 'members:write',
    built: true,
    summary: 'Revoke an invitation',
    request: { params: z.object({ id: integerIdParam }) },
    response: { status: 200, body: invitation },
    errors: [404, 409],
  }),
};
