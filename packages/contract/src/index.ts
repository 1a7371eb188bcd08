/** The API as data: operations with their schemas, permissions, errors and states. Imports no server code. */

export * from './anomaly-kinds.ts';
export * from './audit-events.ts';
export * from './errors.ts';
export * from './machine-times.ts';
export * from './openapi.ts';
export * from './operation.ts';
export * from './operations/index.ts';
export * from './permissions.ts';
export * from './rate-limit.ts';
export * from './roles.ts';
export * from './schemas/problem.ts';
export { webhookUrlProblem } from './schemas/webhook.ts';
export * from './states.ts';
export * from './statuses.ts';
