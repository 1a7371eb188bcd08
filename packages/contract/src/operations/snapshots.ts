import { unbuilt } from '../operation.ts';

export const snapshots = {
  create: unbuilt(
    'snapshots.create',
    'SNP-1',
    'POST',
    '/v1/snapshots',
    'snapshots:write',
    'Make a snapshot of a container image',
  ),
  list: unbuilt('snapshots.list', 'SNP-2', 'GET', '/v1/snapshots', 'snapshots:read', 'List snapshots'),
  get: unbuilt(
    'snapshots.get',
    'SNP-3',
    'GET',
    '/v1/snapshots/{snapshot_id}',
    'snapshots:read',
    'Show a snapshot',
  ),
  delete: unbuilt(
    'snapshots.delete',
    'SNP-4',
    'DELETE',
    '/v1/snapshots/{snapshot_id}',
    'snapshots:write',
    'Delete a snapshot',
  ),
};
