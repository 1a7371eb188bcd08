import { type Operation, operations } from '@instavm/contract';
import { PERMISSIONS, type Permission } from '@instavm/contract/permissions';
import type { AuthorizationStep } from '../auth/authorize.ts';
import { keyPrincipal } from '../auth/principal.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { IndexedKey } from './key-index.ts';
import { judgeKey, type KeyRefusal } from './verdict.ts';

export interface Explanation {
  allowed: boolean;
  /** `allowed`, or the code of the refusal. */
  rule: string;
  reason: string;
}

const WHY_REFUSED: Record<KeyRefusal, string> = {
  key_revoked: 'The key was revoked, which is final.',
  key_rotated: 'The key was rotated: its successor has taken its place.',
  key_expired: 'The time of the key is over.',
  key_disabled: 'The key is switched off for now. Enable it to use it again.',
  key_not_yet_valid: 'The key may not be used before its not_before time.',
  account_suspended: 'The owner of the key or the account is suspended, or no longer there.',
};

/** The operation that a request would reach; null when none would. */
export function operationFor(method: string, path: string): Operation | null {
  const wanted = method.toUpperCase();
  const [pathname = ''] = path.split(/[?#]/, 1);
  return operations.find((op) => op.method === wanted && patternOf(op.path).test(pathname)) ?? null;
}

/** By the id of an operation, else any that needs the permission. */
export function operationOf(action: string): Operation | null {
  return (
    operations.find((op) => op.id === action) ?? operations.find((op) => op.permission === action) ?? null
  );
}

/** Some permissions belong to operations that come later. */
export function isPermission(action: string): action is Permission {
  return Object.hasOwn(PERMISSIONS, action);
}

/** Runs the very steps that a request runs, in their order, without making one. */
export function explainUse(
  { authorize, limiter }: { authorize: AuthorizationStep; limiter: Limiter },
  key: IndexedKey,
  publicId: string,
  request: { operation: Pick<Operation, 'permission' | 'id'>; address: string | null; nowMs: number },
): Explanation {
  const { operation, address, nowMs } = request;
  if (operation.permission === null) {
    return { allowed: true, rule: 'allowed', reason: 'This operation needs no credential.' };
  }
  const dead = judgeKey(key, nowMs);
  if (dead) return { allowed: false, rule: dead, reason: WHY_REFUSED[dead] };
  const principal = keyPrincipal(key, publicId, 'x-api-key');
  const asked = address === null ? { ...principal, allowedCidrs: '[]' } : principal;
  const refusal = authorize({
    principal: asked,
    operation: operation as Operation,
    address: address ?? '',
    nowMs,
  });
  if (refusal) return { allowed: false, rule: refusal.code, reason: refusal.detail };
  const limited = limiter.wouldRefuse(principal, operation);
  if (limited) return { allowed: false, rule: 'rate_limit_exceeded', reason: limited.reason };
  return {
    allowed: true,
    rule: 'allowed',
    reason: `${grantOf(key.scopeSet.scopes, operation.permission)}${address === null && key.allowedCidrs !== '[]' ? " It must come from an address on the key's list." : ''}`,
  };
}

function grantOf(scopes: string, permission: Permission): string {
  return `${permission} is among the scopes of the key (${(JSON.parse(scopes) as string[]).join(', ')}) and within the role of its owner.`;
}

function patternOf(path: string): RegExp {
  const source = path
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{path\}$/, '.*')
    .replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${source}$`);
}
