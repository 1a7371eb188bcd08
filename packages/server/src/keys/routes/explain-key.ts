import { apiKeys, type Operation } from '@instavm/contract';
import { nearest } from '@instavm/contract/nearest';
import { PERMISSION_NAMES } from '@instavm/contract/permissions';
import type { AuthorizationStep } from '../../auth/authorize.ts';
import { bind } from '../../http/bind.ts';
import { invalidField } from '../../http/errors.ts';
import type { Limiter } from '../../limits/limiter.ts';
import { explainUse, isPermission, operationFor, operationOf } from '../explain.ts';
import type { FindVisibleKey } from '../find-visible.ts';
import type { KeyIndex } from '../key-index.ts';
import type { SeesResource } from '../sees-resource.ts';

export interface ExplainKeyDeps {
  findKey: FindVisibleKey;
  index: KeyIndex;
  authorize: AuthorizationStep;
  limiter: Limiter;
  seesResource: SeesResource;
  now(): number;
}

export const explainKey = (deps: ExplainKeyDeps) =>
  bind(apiKeys.explain, async ({ principal }, { params, body }) => {
    const row = await deps.findKey(principal, params.id);
    const operation = body.action ? askedAction(body.action) : askedRequest(body.method!, body.path!);
    const key = deps.index.get(row.public_id)!;
    const request = { operation, address: body.address ?? null, nowMs: deps.now() };
    const explanation = explainUse(deps, key, row.public_id, request);
    if (!explanation.allowed || !body.resource) return explanation;
    const scope = { accountId: row.account_id, environment: row.environment };
    if (await deps.seesResource(scope, body.resource)) return explanation;
    const where = row.environment === null ? 'its account' : `${row.environment} of its account`;
    return {
      allowed: false,
      rule: 'not_found',
      reason: `The operation is allowed, but there is no ${body.resource} in ${where}: the answer would be 404.`,
    };
  });

function askedAction(action: string): Pick<Operation, 'id' | 'permission'> {
  const operation = operationOf(action);
  if (operation) return operation;
  if (isPermission(action)) return { id: action, permission: action };
  const meant = nearest(action, PERMISSION_NAMES);
  throw invalidField(
    'action',
    `is no permission and no operation: ${meant ? `did you mean ${meant}?` : 'give one such as vms:write or vms.create'}`,
  );
}

function askedRequest(method: string, path: string): Operation {
  const operation = operationFor(method, path);
  if (operation) return operation;
  throw invalidField(
    'path',
    `no operation has ${method.toUpperCase()} and this path; a slash at its end counts`,
  );
}
