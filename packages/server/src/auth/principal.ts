import type { Permission } from '@instavm/contract/permissions';

/** Who is asking, whatever credential said so. Handlers see this and never a header. */
export type Principal = KeyPrincipal | PersonPrincipal;

interface PrincipalBase {
  accountId: number;
  personId: number;
  /** A key of an environment sees only what belongs to it; null sees the whole account. */
  environment: string | null;
  permissions: ReadonlySet<Permission>;
}

export interface KeyPrincipal extends PrincipalBase {
  kind: 'api_key';
  keyId: number;
  publicId: string;
  source: 'x-api-key' | 'bearer' | 'body';
  /** JSON text of the list; `[]` allows every address. */
  allowedCidrs: string;
}

export interface PersonPrincipal extends PrincipalBase {
  kind: 'person';
  keyId: null;
  source: 'cookie';
}
