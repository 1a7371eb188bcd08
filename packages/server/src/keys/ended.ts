import type { KeyStatus } from '@instavm/contract/states';
import { ApiError } from '../http/errors.ts';
import type { ApiKeyRow } from './store.ts';

/** Throws 409 for a key that somebody got for a token: its policy decides what it is and when it ends. */
export function mustBeChangeable({ trust_policy_id: policyId }: Pick<ApiKeyRow, 'trust_policy_id'>): void {
  if (policyId === null) return;
  throw new ApiError(
    'key_not_editable',
    `This key came of trust policy ${policyId}, which decides what it may do and when it ends. Revoke it, or exchange a token again.`,
  );
}

/** 409: what has ended can no longer be changed. */
export function ended(status: KeyStatus): ApiError {
  return new ApiError('key_not_editable', `This key is ${status}, which is final. Create a new one.`);
}
