import { unbuilt } from '../operation.ts';

export const egress = {
  setForSession: unbuilt(
    'egress.setForSession',
    'EGR-1',
    'POST',
    '/v1/egress/session/{session_id}',
    'egress:write',
    'Set which hosts a session may reach',
  ),
  getForSession: unbuilt(
    'egress.getForSession',
    'EGR-2',
    'GET',
    '/v1/egress/session/{session_id}',
    'egress:read',
    'Show which hosts a session may reach',
  ),
  setForVm: unbuilt(
    'egress.setForVm',
    'EGR-3',
    'POST',
    '/v1/egress/vm/{vm_id}',
    'egress:write',
    'Set which hosts a machine may reach',
  ),
  getForVm: unbuilt(
    'egress.getForVm',
    'EGR-4',
    'GET',
    '/v1/egress/vm/{vm_id}',
    'egress:read',
    'Show which hosts a machine may reach',
  ),
};
