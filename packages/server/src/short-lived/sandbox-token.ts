import { DEFAULT_SANDBOX_SCOPES, expandScopes } from '@instavm/contract/permissions';
import { SECRET_KINDS } from '@instavm/keyformat';
import type { Principal } from '../auth/principal.ts';
import { ApiError } from '../http/errors.ts';
import type { ApiKeyRow } from '../keys/store.ts';

/** What somebody asked of a token, and may. */
export interface TokenRequest {
  label: string | null;
  scopes: readonly string[];
  /** Null: until the machine ends. */
  lifetimeSeconds: number | null;
  personId: number;
  serviceAccountId: number | null;
  madeFrom: { address: string; client: string };
}

/** As the contract has them. */
interface TokenFields {
  label?: string | null | undefined;
  scopes?: string[] | null | undefined;
  lifetime_seconds?: number | null | undefined;
}

/** Where a machine finds its own token. */
export const TOKEN_VARIABLE = 'INSTAVM_SANDBOX_TOKEN';

/** With the address of the server that it is good at, where that is known. */
export function envOfToken(publicUrl: string | null, text: string): Record<string, string> {
  return { [TOKEN_VARIABLE]: text, ...(publicUrl === null ? {} : { INSTAVM_URL: publicUrl }) };
}

/**
 * Nobody hands out what they do not hold; what a token may do to itself and its own machine, whoever makes the machine
 * may. Throws permission_denied.
 */
export function tokenRequest(
  { principal, address, client }: { principal: Principal; address: string; client: string },
  fields: TokenFields,
): TokenRequest {
  const scopes = fields.scopes ?? DEFAULT_SANDBOX_SCOPES;
  const missing = [...expandScopes(scopes)].find(
    (name) => !name.startsWith('self:') && !principal.permissions.has(name),
  );
  if (missing !== undefined) {
    throw new ApiError(
      'permission_denied',
      `A sandbox token can get only the permissions of its maker; yours lacks ${missing}.`,
    );
  }
  return {
    label: fields.label ?? null,
    scopes,
    lifetimeSeconds: fields.lifetime_seconds ?? null,
    personId: principal.personId,
    serviceAccountId: principal.kind === 'api_key' ? principal.serviceAccountId : null,
    madeFrom: { address, client },
  };
}

/** Of a new machine. Null where nobody wants one, or the variable is somebody's own. */
export function tokenOfNew(
  context: Parameters<typeof tokenRequest>[0],
  fields: {
    sandbox_token?: TokenFields | false | null | undefined;
    env?: Record<string, string> | null | undefined;
  },
): TokenRequest | null {
  if (fields.sandbox_token === false || Object.hasOwn(fields.env ?? {}, TOKEN_VARIABLE)) return null;
  return tokenRequest(context, fields.sandbox_token ?? {});
}

/** The record as the API shows it; it holds nothing of the secret. */
export function tokenRecord(row: ApiKeyRow, lastUsedAt: string | null, nowMs: number) {
  const isOver = row.expires_at !== null && Date.parse(row.expires_at) <= nowMs;
  const ended = row.end_reason === 'expired' ? ('expired' as const) : ('revoked' as const);
  return {
    id: row.id,
    token_prefix: SECRET_KINDS.sandbox_token.prefix + row.public_id,
    vm_id: row.vm_id!,
    label: row.label,
    scopes: JSON.parse(row.scopes) as string[],
    status: row.ended_at !== null ? ended : isOver ? ('expired' as const) : ('active' as const),
    created_at: row.created_at,
    expires_at: row.expires_at,
    ended_at: row.ended_at,
    last_used_at: lastUsedAt ?? row.last_used_at,
  };
}
