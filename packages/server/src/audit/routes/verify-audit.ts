import { audit } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { type VerifyDeps, verifyAccountChain } from '../verify.ts';

export const verifyAudit = (deps: VerifyDeps) =>
  bind(audit.verify, async ({ principal }, { query }) =>
    verifyAccountChain(deps, principal.accountId, query.known_head),
  );
