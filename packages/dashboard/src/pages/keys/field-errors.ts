import { ApiError, errorInWords } from '../../api/errors.ts';
import { errorsAtFields, type FormErrors } from '../../words/form-errors.ts';
import { BOUND_NAMES } from '../limits/field-names.ts';

const NAMES = {
  label: 'The label',
  description: 'The description',
  owner: 'The owner',
  environment: 'The environment',
  scopes: 'The list',
  expires_at: 'The expiry',
  not_before: 'The start',
  idle_expiry_days: 'The number',
  allowed_cidrs: 'The list',
  service_account_id: 'The service account',
  ...BOUND_NAMES,
};

/** The server's refusal of a key's settings, each part of it at the field that it is about. */
export function formErrors(error: Error | null): FormErrors {
  if (error instanceof ApiError && error.code === 'label_taken')
    return { fields: { label: errorInWords(error) }, rest: null };
  return errorsAtFields(error, NAMES);
}
