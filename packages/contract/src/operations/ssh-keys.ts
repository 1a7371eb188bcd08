import { z } from 'zod';
import { operation } from '../operation.ts';
import { integerIdParam, timestamp } from '../schemas/fields.ts';

const sshKeyCreate = z
  .object({ public_key: z.string().trim().min(1).max(16_384).describe('One line as in authorized_keys.') })
  .meta({ id: 'SshKeyCreate' });

const sshKey = z
  .object({
    id: z.int(),
    fingerprint: z.string().describe('`SHA256:` and base64 without padding.'),
    comment: z.string().nullable(),
    public_key: z.string(),
    created_at: timestamp,
  })
  .meta({ id: 'SshKey' });

export const sshKeys = {
  create: operation({
    id: 'sshKeys.create',
    published: 'SSH-1',
    method: 'POST',
    path: '/v1/ssh-keys',
    credential: 'header',
    permission: 'ssh-keys:write',
    built: true,
    summary: 'Add an SSH key',
    request: { body: sshKeyCreate },
    response: { status: 201, body: sshKey },
    errors: [409],
    isRepeatable: true,
  }),
  list: operation({
    id: 'sshKeys.list',
    published: 'SSH-2',
    method: 'GET',
    path: '/v1/ssh-keys',
    credential: 'header',
    permission: 'ssh-keys:read',
    built: true,
    summary: 'List SSH keys',
    // An object: the published client fails on a bare array here.
    response: { status: 200, body: z.object({ keys: z.array(sshKey) }) },
  }),
  delete: operation({
    id: 'sshKeys.delete',
    published: 'SSH-3',
    method: 'DELETE',
    path: '/v1/ssh-keys/{id}',
    credential: 'header',
    permission: 'ssh-keys:write',
    built: true,
    summary: 'Delete an SSH key',
    request: { params: z.object({ id: integerIdParam }) },
    response: { status: 200, body: z.object({ id: z.int(), status: z.literal('deleted') }) },
    errors: [404],
  }),
};
