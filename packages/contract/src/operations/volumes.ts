import { unbuilt } from '../operation.ts';

const ITEM = '/v1/volumes/{volume_id}';

export const volumes = {
  create: unbuilt('volumes.create', 'VOL-1', 'POST', '/v1/volumes', 'volumes:write', 'Create a volume'),
  list: unbuilt('volumes.list', 'VOL-2', 'GET', '/v1/volumes', 'volumes:read', 'List volumes'),
  get: unbuilt('volumes.get', 'VOL-3', 'GET', `${ITEM}`, 'volumes:read', 'Show a volume'),
  update: unbuilt('volumes.update', 'VOL-4', 'PATCH', `${ITEM}`, 'volumes:write', 'Change a volume'),
  delete: unbuilt('volumes.delete', 'VOL-5', 'DELETE', `${ITEM}`, 'volumes:write', 'Delete a volume'),
  createCheckpoint: unbuilt(
    'volumes.createCheckpoint',
    'VOL-6',
    'POST',
    `${ITEM}/checkpoints`,
    'volumes:write',
    'Make a checkpoint of a volume',
  ),
  listCheckpoints: unbuilt(
    'volumes.listCheckpoints',
    'VOL-7',
    'GET',
    `${ITEM}/checkpoints`,
    'volumes:read',
    'List the checkpoints of a volume',
  ),
  deleteCheckpoint: unbuilt(
    'volumes.deleteCheckpoint',
    'VOL-8',
    'DELETE',
    `${ITEM}/checkpoints/{checkpoint_id}`,
    'volumes:write',
    'Delete a checkpoint of a volume',
  ),
  uploadFile: unbuilt(
    'volumes.uploadFile',
    'VOL-9',
    'POST',
    `${ITEM}/files/upload`,
    'volumes:write',
    'Upload a file to a volume',
  ),
  downloadFile: unbuilt(
    'volumes.downloadFile',
    'VOL-10',
    'POST',
    `${ITEM}/files/download`,
    'volumes:read',
    'Download a file of a volume',
  ),
  listFiles: unbuilt(
    'volumes.listFiles',
    'VOL-11',
    'GET',
    `${ITEM}/files`,
    'volumes:read',
    'List the files of a volume',
  ),
  deleteFile: unbuilt(
    'volumes.deleteFile',
    'VOL-12',
    'DELETE',
    `${ITEM}/files`,
    'volumes:write',
    'Delete a file of a volume',
  ),
};
