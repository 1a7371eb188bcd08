import type { Permission } from '@instavm/contract/permissions';
import type { RoleName } from '@instavm/contract/roles';
import type { IndexedKey } from '../keys/key-index.ts';

/** Who is asking, whatever credential said so. Handlers see this and never a header. */
export type Principal = KeyPrincipal | PersonPrincipal;

interface PrincipalBase {
  accountId: number;
  personId: number;
  /** A key of an environment sees only what belongs to it; null sees the whole account. */
  environment: string | null;
  /** Of a sandbox token, which reaches this machine and no other; null for everybody else. */
  vmId: string | null;
  /** What it may do now: scopes within the role of whom it belongs to. */
  permissions: ReadonlySet<Permission>;
}

export interface KeyPrincipal extends PrincipalBase {
  kind: 'api_key';
  keyId: number;
  publicId: string;
  /** The owner of the key; null when it is the person. */
  serviceAccountId: number | null;
  source: 'x-api-key' | 'bearer' | 'body';
  /** JSON text of the list; `[]` allows every address. */
  allowedCidrs: string;
  key: IndexedKey;
}

export interface PersonPrincipal extends PrincipalBase {
  kind: 'person';
  keyId: null;
  role: RoleName;
  source: 'cookie';
}

export function keyPrincipal(
  key: IndexedKey,
  publicId: string,
  source: KeyPrincipal['source'],
): KeyPrincipal {
  return {
    kind: 'api_key',
    keyId: key.id,
    publicId,
    accountId: key.owner.account.id,
    personId: key.personId,
    serviceAccountId: key.owner.serviceAccountId,
    environment: key.environment,
    vmId: key.vmId,
    permissions: key.scopeSet.under(key.owner.role),
    allowedCidrs: key.allowedCidrs,
    source,
    key,
  };
}
