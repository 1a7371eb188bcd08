import type { AddressCheck } from '../auth/address-list.ts';
import { type AuthenticatorDeps, keyOfText } from '../auth/authenticate.ts';
import { keyPrefixOf } from './key.ts';
import { judgeKey } from './verdict.ts';

export interface Introspector {
  accountId: number;
  environment: string | null;
}

const INACTIVE = { active: false } as const;

/**
 * RFC 7662: what a key is and may do, for a service that was shown it. A key that may not be used, that is not the
 * asker's to see, or that may not be used from `address`, is `active: false` and nothing more.
 */
export function introspectKey(
  deps: Omit<AuthenticatorDeps, 'onOldPepper'> & { addressAllowed: AddressCheck },
  asker: Introspector,
  text: string,
  address: string | null,
) {
  const found = keyOfText(deps, text.trim());
  if (!found) return INACTIVE;
  const { key, publicId } = found;
  if (key.owner.account.id !== asker.accountId) return INACTIVE;
  if (asker.environment !== null && key.environment !== asker.environment) return INACTIVE;
  if (judgeKey(key, deps.now()) !== null) return INACTIVE;
  if (address !== null && !deps.addressAllowed(key.allowedCidrs, address)) return INACTIVE;
  const kind = key.vmId === null ? ('api_key' as const) : ('sandbox_token' as const);
  const permissions = [...key.scopeSet.under(key.owner.role)];
  const { serviceAccountId } = key.owner;
  return {
    active: true as const,
    scope: permissions.join(' '),
    client_id: keyPrefixOf(publicId, kind),
    token_type: kind,
    sub: serviceAccountId === null ? `person:${key.personId}` : `service_account:${serviceAccountId}`,
    jti: String(key.id),
    iat: Math.floor(key.createdAtMs / 1000),
    ...(key.notBeforeMs === 0 ? {} : { nbf: Math.floor(key.notBeforeMs / 1000) }),
    ...(key.expiresAtMs === 0 ? {} : { exp: Math.floor(key.expiresAtMs / 1000) }),
    environment: key.environment as 'production' | 'development' | 'testing' | null,
    ...(key.vmId === null ? {} : { vm_id: key.vmId }),
    permissions,
  };
}
