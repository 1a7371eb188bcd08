import { type Operation, unbuilt } from '../operation.ts';

const OF_SESSION = '/v1/sessions/{session_id}/pty';
const OF_VM = '/v1/vms/{vm_id}/pty';

/** Terminals, reached through a session or a machine alike. The sockets' paths have no `sessions` part. */
export const pty = {
  create: unbuilt('pty.create', 'PTY-1', 'POST', `${OF_SESSION}/sessions`, 'pty:write', 'Open a terminal'),
  list: unbuilt('pty.list', 'PTY-2', 'GET', `${OF_SESSION}/sessions`, 'pty:read', 'List terminals'),
  get: unbuilt('pty.get', 'PTY-3', 'GET', `${OF_SESSION}/sessions/{pty_id}`, 'pty:read', 'Show a terminal'),
  resize: unbuilt(
    'pty.resize',
    'PTY-4',
    'POST',
    `${OF_SESSION}/sessions/{pty_id}/resize`,
    'pty:write',
    'Resize a terminal',
  ),
  kill: unbuilt(
    'pty.kill',
    'PTY-5',
    'DELETE',
    `${OF_SESSION}/sessions/{pty_id}`,
    'pty:write',
    'Close a terminal',
  ),
  createForVm: unbuilt(
    'pty.createForVm',
    'PTY-6',
    'POST',
    `${OF_VM}/sessions`,
    'pty:write',
    'Open a terminal on a machine',
  ),
  listForVm: unbuilt(
    'pty.listForVm',
    'PTY-7',
    'GET',
    `${OF_VM}/sessions`,
    'pty:read',
    'List the terminals of a machine',
  ),
  getForVm: unbuilt(
    'pty.getForVm',
    'PTY-8',
    'GET',
    `${OF_VM}/sessions/{pty_id}`,
    'pty:read',
    'Show a terminal of a machine',
  ),
  resizeForVm: unbuilt(
    'pty.resizeForVm',
    'PTY-9',
    'POST',
    `${OF_VM}/sessions/{pty_id}/resize`,
    'pty:write',
    'Resize a terminal of a machine',
  ),
  killForVm: unbuilt(
    'pty.killForVm',
    'PTY-10',
    'DELETE',
    `${OF_VM}/sessions/{pty_id}`,
    'pty:write',
    'Close a terminal of a machine',
  ),
  connect: socket('pty.connect', 'WS-1', `${OF_SESSION}/{pty_id}/connect`, 'Use a terminal over a WebSocket'),
  connectForVm: socket(
    'pty.connectForVm',
    'WS-2',
    `${OF_VM}/{pty_id}/connect`,
    'Use a terminal of a machine over a WebSocket',
  ),
};

function socket(id: string, published: string, path: string, summary: string): Operation {
  return { ...unbuilt(id, published, 'GET', path, 'pty:write', summary), socket: true, credential: 'query' };
}
