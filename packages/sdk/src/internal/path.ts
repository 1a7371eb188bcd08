import { InstaVMError } from '../core/errors.ts';

/** Fills a path: every value becomes one encoded segment. Refuses what would name another path. */
export function path(parts: TemplateStringsArray, ...values: (string | number)[]): string {
  return parts.reduce((text, part, index) => text + segment(values[index - 1]!) + part);
}

function segment(value: string | number): string {
  const text = String(value);
  if (text === '' || text === '.' || text === '..') {
    throw new InstaVMError({
      code: 'invalid_argument',
      detail: `"${text}" is no id`,
      hint: 'Give the id that the server answered when the thing was made',
    });
  }
  return encodeURIComponent(text);
}
