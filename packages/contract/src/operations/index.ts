import type { Operation } from '../operation.ts';
import { account } from './account.ts';
import { apiKeys } from './api-keys.ts';
import { executions } from './executions.ts';
import { files } from './files.ts';
import { sessions } from './sessions.ts';
import { sshKeys } from './ssh-keys.ts';
import { vms } from './vms.ts';

/** Every noun of the API, in the order of the published contract. */
export const nouns = { sessions, executions, files, account, apiKeys, sshKeys, vms };

/** Every operation; a fixed path comes before one with a parameter that would match it. */
export const operations: readonly Operation[] = Object.values(nouns).flatMap((noun) =>
  Object.values<Operation>(noun),
);

export { account, apiKeys, executions, files, sessions, sshKeys, vms };
