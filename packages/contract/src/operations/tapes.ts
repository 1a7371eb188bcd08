import { unbuilt } from '../operation.ts';

const ITEM = '/v1/tapes/{tape_id}';

export const tapes = {
  start: unbuilt(
    'tapes.start',
    'TAP-1',
    'POST',
    '/v1/sessions/{session_id}/tape/start',
    'tapes:write',
    'Start to record a session',
  ),
  stop: unbuilt(
    'tapes.stop',
    'TAP-2',
    'POST',
    `${ITEM}/stop`,
    'tapes:write',
    'Stop a recording of a session',
  ),
  list: unbuilt('tapes.list', 'TAP-3', 'GET', '/v1/tapes', 'tapes:read', 'List tapes'),
  get: unbuilt('tapes.get', 'TAP-4', 'GET', `${ITEM}`, 'tapes:read', 'Show a tape'),
  listEvents: unbuilt(
    'tapes.listEvents',
    'TAP-5',
    'GET',
    `${ITEM}/events`,
    'tapes:read',
    'List the events of a tape',
  ),
  appendEvent: unbuilt(
    'tapes.appendEvent',
    'TAP-6',
    'POST',
    `${ITEM}/events`,
    'tapes:write',
    'Append an event to a tape',
  ),
  diff: unbuilt('tapes.diff', 'TAP-7', 'GET', `${ITEM}/diff`, 'tapes:read', 'Compare two steps of a tape'),
  branch: unbuilt(
    'tapes.branch',
    'TAP-8',
    'POST',
    `${ITEM}/branch`,
    'tapes:write',
    'Create a machine as it was at a step',
  ),
  delete: unbuilt('tapes.delete', 'TAP-9', 'DELETE', `${ITEM}`, 'tapes:write', 'Delete a tape'),
  lanes: unbuilt(
    'tapes.lanes',
    'TAP-10',
    'GET',
    `${ITEM}/lanes`,
    'tapes:read',
    'Count the events of a tape by kind',
  ),
  export: unbuilt('tapes.export', 'TAP-11', 'GET', `${ITEM}/export`, 'tapes:read', 'Export a tape'),
};
