export type { Identity, OpenChannel, ServiceName } from './channel.ts';
export { GuestError, type GuestErrorCode, guestErrorCodes } from './errors.ts';
export { type FileOptions, getFile, type PutFileRequest, putFile } from './files.ts';
export { type GuestInfo, GuestLink, type LinkOptions } from './link.ts';
export { type Run, type RunOptions, type RunRequest, type RunResult, run } from './run.ts';
