import { account } from '@instavm/contract';
import type { Kysely } from 'kysely';
import { keysMax, type Owners } from '../../auth/owners.ts';
import type { Principal } from '../../auth/principal.ts';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import type { Limiter } from '../../limits/limiter.ts';
import type { QuotaStandings } from '../../quotas/standing.ts';
import type { KeyRing } from '../key-ring.ts';
import { countLiveKeys, keyById } from '../store.ts';

export interface WhoamiDeps {
  db: Kysely<Database>;
  keys: KeyRing;
  owners: Owners;
  maxKeys: number;
  limiter: Limiter;
  quotaStandings(principal: Principal): Promise<QuotaStandings>;
  version: string;
  now(): number;
}

/** What the credential of this very request is, what it may do, and what its owner should know about it. */
export const whoami = (deps: WhoamiDeps) =>
  bind(account.whoami, async ({ principal }) => {
    const { accountId } = principal;
    const credential = await describe(deps, principal);
    const { name } = await deps.db
      .selectFrom('account')
      .select('name')
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow();
    const { notices, ...shown } = credential;
    return {
      credential: { ...shown, permissions: [...principal.permissions].sort(), source: principal.source },
      account: { id: accountId, name, role: roleOf(deps.owners, principal) },
      limits: {
        ...limitsOf(deps.limiter, principal),
        keys: {
          used: await countLiveKeys(deps.db, accountId),
          max: keysMax(deps.owners.account(accountId), deps.maxKeys),
        },
        quotas: await deps.quotaStandings(principal),
      },
      server: { version: deps.version, time: new Date(deps.now()).toISOString() },
      notices,
    };
  });

async function describe(deps: WhoamiDeps, principal: Principal) {
  if (principal.kind === 'person') {
    const nothing = {
      key_prefix: null,
      label: null,
      environment: null,
      vm_id: null,
      created_at: null,
      expires_at: null,
    };
    return { kind: 'person' as const, id: principal.personId, scopes: ['full'], notices: [], ...nothing };
  }
  const record = deps.keys.record(await keyById(deps.db, principal.keyId));
  const { id, key_prefix, label, environment, scopes, created_at, expires_at, notices } = record;
  const shown = { id, key_prefix, label, environment, scopes, created_at, expires_at };
  return principal.vmId === null
    ? { kind: 'api_key' as const, vm_id: null, notices, ...shown }
    : // What is advised of keys does not fit it: nobody rotates it.
      { kind: 'sandbox_token' as const, vm_id: principal.vmId, notices: [], ...shown };
}

/** As they are behind this very request, which counted. */
function limitsOf(limiter: Limiter, principal: Principal) {
  const inForce = limiter.inForce(principal);
  const ofKey = inForce.find(({ policy }) => policy === 'key');
  return {
    rate_limit: ofKey?.rate_limit ?? null,
    source: (ofKey?.source ?? null) as 'key' | 'account' | 'server' | null,
    remaining: ofKey?.remaining ?? null,
    in_force: inForce,
  };
}

function roleOf(owners: Owners, principal: Principal): string {
  return principal.kind === 'api_key'
    ? principal.key.owner.role
    : owners.member(principal.accountId, principal.personId).role;
}
