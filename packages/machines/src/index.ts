export {
  GuestError,
  type GuestErrorCode,
  getFile,
  type OpenChannel,
  type PutFileRequest,
  putFile,
  type RunRequest,
  type RunResult,
  run,
  type ServiceName,
} from '@instavm/guest';
export type { DriverCapabilities, DriverProbe, MachineRecord, VmDriver } from './driver-port.ts';
export type { HostLog } from './host-log.ts';
export * from './host-port.ts';
export { type Deadlines, defaultDeadlines, GovernedDriver } from './lifecycle.ts';
export { type OpenedVmHost, type OpenVmHostOptions, openVmHost } from './open-vm-host.ts';
