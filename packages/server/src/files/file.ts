import type { GuestError } from '@instavm/machines';
import { ApiError, invalidField } from '../http/errors.ts';

/** What the guest says of a file -> the caller's error. A lost link stays what it is. */
export function fileError(error: GuestError): Error {
  switch (error.code) {
    case 'link_lost':
      return error;
    case 'not_found':
      return new ApiError('file_not_found', error.message);
    case 'no_space':
      return new ApiError('capacity_full', error.message);
    default:
      return invalidField('path', error.message);
  }
}
