import type { KeyStatus } from '@instavm/contract/states';
import { ApiError } from '../http/errors.ts';

/** 409: what has ended can no longer be changed. */
export function ended(status: KeyStatus): ApiError {
  return new ApiError('key_not_editable', `This key is ${status}, which is final. Create a new one.`);
}
