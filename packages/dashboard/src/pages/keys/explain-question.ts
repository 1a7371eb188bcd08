import { parseNetwork } from '@instavm/contract/cidr';
import type { ExplainRequest } from '../../api/types.ts';

/** What the box holds while somebody asks. */
export interface QuestionDraft {
  by: 'operation' | 'path';
  /** Id of an operation. */
  operation: string;
  method: string;
  path: string;
  /** Where the request would come from; empty = anywhere. */
  address: string;
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export const FIRST_QUESTION: QuestionDraft = {
  by: 'operation',
  operation: 'vms.create',
  method: 'GET',
  path: '/v1/vms',
  address: '',
};

/** The question as the API takes it; null while it is not whole. */
export function questionOf(draft: QuestionDraft): ExplainRequest | null {
  if (addressProblem(draft.address)) return null;
  const address = draft.address.trim();
  const from = address === '' ? {} : { address };
  if (draft.by === 'operation') return { action: draft.operation, ...from };
  const path = draft.path.trim();
  return path.startsWith('/') ? { method: draft.method, path, ...from } : null;
}

export function pathProblem(draft: QuestionDraft): string | null {
  if (draft.by === 'operation' || draft.path.trim() === '' || draft.path.trim().startsWith('/')) return null;
  return 'A path begins with a slash, such as /v1/vms.';
}

/** One address: a network has no place to come from. */
export function addressProblem(text: string): string | null {
  const address = text.trim();
  if (address === '') return null;
  return address.includes('/') || !parseNetwork(address) ? 'Give one address, such as 192.0.2.7.' : null;
}
