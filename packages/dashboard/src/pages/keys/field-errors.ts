import { ApiError, errorInWords } from '../../api/errors.ts';
import { fieldProblem } from '../../words/field-problem.ts';

const NAMES: Record<string, string> = {
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
  rate_limit: 'The limit',
  key_rate_limit: 'The limit',
  concurrent_requests: 'The number',
  quota_machines: 'The number',
  quota_vm_seconds: 'The number',
  quota_executions: 'The number',
  machine_lifetime_seconds: 'The time',
  machine_idle_timeout_seconds: 'The time',
  machine_lifetime_max_seconds: 'The time',
  networks: 'The list',
  places: 'The list',
};

export interface FormErrors {
  /** By the API's name of the field, each a sentence. */
  fields: Readonly<Record<string, string>>;
  /** What belongs to no field of the form. */
  rest: string | null;
}

/** The server's refusal, each part of it at the field that it is about. */
export function formErrors(error: Error | null): FormErrors {
  if (!error) return { fields: {}, rest: null };
  if (!(error instanceof ApiError)) return { fields: {}, rest: errorInWords(error) };
  if (error.code === 'label_taken') return { fields: { label: errorInWords(error) }, rest: null };
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const [place, problem] of Object.entries(error.fields)) {
    const name = place.split('.')[0]!;
    if (NAMES[name]) fields[name] ??= fieldProblem(entryName(place) ?? NAMES[name], problem);
    else rest.push(`${place}: ${problem}`);
  }
  if (Object.keys(error.fields).length === 0) rest.push(errorInWords(error));
  return { fields, rest: rest.length > 0 ? rest.join('; ') : null };
}

/** `allowed_cidrs.2` is the third entry of its list. */
function entryName(place: string): string | null {
  const at = /\.(\d+)$/.exec(place)?.[1];
  return at === undefined ? null : `Entry ${Number(at) + 1}`;
}
