import { z } from 'zod';
import { operation, unbuilt } from '../operation.ts';
import { flag, textId } from '../schemas/fields.ts';
import { vm, vmCreate } from '../schemas/vm.ts';

const COLLECTION = '/v1/vms';
const ITEM = '/v1/vms/{vm_id}';
const params = z.object({ vm_id: textId });

export const vms = {
  create: operation({
    id: 'vms.create',
    published: 'VM-1',
    method: 'POST',
    path: COLLECTION,
    credential: 'header',
    permission: 'vms:write',
    built: true,
    summary: 'Create a machine',
    request: { query: z.object({ wait: flag(true) }), body: vmCreate.prefault({}) },
    // Goes into the machine, because somebody wants it there, and is not stored.
    keyFields: ['env'],
    response: { status: 201, body: vm },
    // 501: the body asks for an option that is not built, which is never just ignored.
    errors: [501, 502, 503],
  }),
  list: operation({
    id: 'vms.list',
    published: 'VM-2',
    method: 'GET',
    path: COLLECTION,
    credential: 'header',
    permission: 'vms:read',
    built: true,
    summary: 'List live machines',
    response: { status: 200, body: z.array(vm) },
  }),
  listAll: operation({
    id: 'vms.listAll',
    published: 'VM-3',
    method: 'GET',
    path: `${COLLECTION}/`,
    credential: 'header',
    permission: 'vms:read',
    built: true,
    summary: 'List all machines, those that ended included',
    response: { status: 200, body: z.array(vm) },
  }),
  get: operation({
    id: 'vms.get',
    published: 'VM-4',
    method: 'GET',
    path: ITEM,
    credential: 'header',
    permission: 'vms:read',
    built: true,
    summary: 'Show a machine',
    request: { params },
    response: { status: 200, body: vm },
    errors: [404],
  }),
  update: unbuilt('vms.update', 'VM-5', 'PATCH', ITEM, 'vms:write', 'Change a machine'),
  suspend: unbuilt('vms.suspend', 'VM-6', 'POST', `${ITEM}/suspend`, 'vms:write', 'Park a machine'),
  resume: unbuilt('vms.resume', 'VM-7', 'POST', `${ITEM}/resume`, 'vms:write', 'Wake a parked machine'),
  delete: operation({
    id: 'vms.delete',
    published: 'VM-8',
    method: 'DELETE',
    path: ITEM,
    credential: 'header',
    permission: 'vms:write',
    built: true,
    summary: 'End a machine',
    request: { params },
    response: { status: 200, body: z.object({ vm_id: z.string(), status: z.literal('deleted') }) },
    errors: [404],
  }),
  stageEnv: unbuilt(
    'vms.stageEnv',
    'VM-9',
    'POST',
    `${ITEM}/stage-env`,
    'vms:write',
    'Hand environment values to a machine without storing them',
  ),
  clone: unbuilt('vms.clone', 'VM-10', 'POST', `${ITEM}/clone`, 'vms:write', 'Copy a machine'),
  snapshot: unbuilt(
    'vms.snapshot',
    'VM-11',
    'POST',
    `${ITEM}/snapshot`,
    'snapshots:write',
    'Snapshot a machine',
  ),
  mountVolume: unbuilt(
    'vms.mountVolume',
    'VM-12',
    'POST',
    `${ITEM}/volumes`,
    'vms:write',
    'Mount a volume in a machine',
  ),
  listVolumes: unbuilt(
    'vms.listVolumes',
    'VM-13',
    'GET',
    `${ITEM}/volumes`,
    'vms:read',
    'List the volumes of a machine',
  ),
  unmountVolume: unbuilt(
    'vms.unmountVolume',
    'VM-14',
    'DELETE',
    `${ITEM}/volumes/{volume_id}`,
    'vms:write',
    'Unmount a volume from a machine',
  ),
};
