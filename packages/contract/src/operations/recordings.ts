import { unbuilt } from '../operation.ts';

export const recordings = {
  list: unbuilt('recordings.list', 'REC-1', 'GET', '/v1/recordings', 'recordings:read', 'List recordings'),
  get: unbuilt(
    'recordings.get',
    'REC-2',
    'GET',
    '/v1/recordings/{recording_id}',
    'recordings:read',
    'Show a recording',
  ),
  download: unbuilt(
    'recordings.download',
    'REC-3',
    'GET',
    '/v1/recordings/{recording_id}/download',
    'recordings:read',
    'Redirect to the bytes of a recording',
  ),
  delete: unbuilt(
    'recordings.delete',
    'REC-4',
    'DELETE',
    '/v1/recordings/{recording_id}',
    'recordings:write',
    'Delete a recording',
  ),
};
