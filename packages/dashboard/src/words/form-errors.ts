import { ApiError, errorInWords } from '../api/errors.ts';
import { fieldProblem } from './field-problem.ts';

export interface FormErrors {
  /** By the API's name of the field, each a sentence. */
  fields: Readonly<Record<string, string>>;
  /** What belongs to no field of the form. */
  rest: string | null;
}

/** The server's refusal, each part of it at the field that it is about. `names` are the form's fields in words. */
export function errorsAtFields(error: Error | null, names: Readonly<Record<string, string>>): FormErrors {
  if (!error) return { fields: {}, rest: null };
  if (!(error instanceof ApiError)) return { fields: {}, rest: errorInWords(error) };
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const [place, problem] of Object.entries(error.fields)) {
    const name = place.split('.')[0]!;
    if (names[name]) fields[name] ??= fieldProblem(entryName(place) ?? names[name], problem);
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
