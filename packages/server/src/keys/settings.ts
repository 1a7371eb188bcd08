import type { apiKeys } from '@instavm/contract';
import type { z } from 'zod';
import { invalidField } from '../http/errors.ts';
import type { KeyPatch } from './key-changes.ts';

type KeyFields = z.output<typeof apiKeys.create.request.body>;

/** Fields of the API -> columns, only those given. Throws ValidationError for a time that has passed. */
export function keyColumns(fields: KeyFields, nowMs: number): KeyPatch {
  if (fields.expires_at && Date.parse(fields.expires_at) <= nowMs) {
    throw invalidField('expires_at', 'this time has passed; give one in the future');
  }
  const { scopes, allowed_cidrs: cidrs, quarantine, ...plain } = fields;
  const columns: KeyPatch = Object.fromEntries(
    Object.entries(plain).filter(([, value]) => value !== undefined),
  );
  if (scopes !== undefined) columns.scopes = JSON.stringify(scopes ?? ['full']);
  if (cidrs !== undefined) columns.allowed_cidrs = JSON.stringify(cidrs ?? []);
  if (quarantine !== undefined) columns.quarantine = quarantine === null ? null : Number(quarantine);
  return columns;
}
