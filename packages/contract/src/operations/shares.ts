import { unbuilt } from '../operation.ts';

export const shares = {
  create: unbuilt(
    'shares.create',
    'SHR-1',
    'POST',
    '/v1/shares',
    'shares:write',
    'Share a port of a machine',
  ),
  update: unbuilt(
    'shares.update',
    'SHR-2',
    'PATCH',
    '/v1/shares/{share_id}',
    'shares:write',
    'Change or revoke a share',
  ),
};
