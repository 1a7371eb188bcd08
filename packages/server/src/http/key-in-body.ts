import type { Operation } from '@instavm/contract';
import { findSecrets } from '@instavm/keyformat';
import { ValidationError, type ValidationIssue } from './errors.ts';

/** No operation takes anything so deep. */
const DEPTH_MAX = 32;

/**
 * A whole API key belongs into no field but those that are made for one: anything else would be stored, shown and
 * sent on. Throws ValidationError with the place and never with the text.
 */
export function refuseKeysIn(operation: Pick<Operation, 'keyFields'>, body: unknown): void {
  const issues: ValidationIssue[] = [];
  const allowed = new Set(operation.keyFields ?? []);
  const look = (value: unknown, loc: (string | number)[]): void => {
    if (typeof value === 'string') {
      if (holdsKey(value)) issues.push({ loc, msg: HELD, type: 'holds_api_key' });
    } else if (loc.length > DEPTH_MAX && value !== null && typeof value === 'object') {
      issues.push({ loc: loc.slice(0, 2), msg: 'is nested too deeply', type: 'too_deep' });
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) look(item, [...loc, index]);
    } else if (value !== null && typeof value === 'object') {
      for (const [name, item] of Object.entries(value)) {
        if (holdsKey(name)) issues.push({ loc, msg: HELD, type: 'holds_api_key' });
        else if (loc.length > 1 || !allowed.has(name)) look(item, [...loc, name]);
      }
    }
  };
  look(body, ['body']);
  if (issues.length > 0) throw new ValidationError(issues);
}

const HELD =
  'holds a whole API key. Nothing of it was stored; take it out, and rotate the key if others may have seen it';

function holdsKey(text: string): boolean {
  return findSecrets(text).some(({ kind }) => kind !== 'webhook_secret');
}
