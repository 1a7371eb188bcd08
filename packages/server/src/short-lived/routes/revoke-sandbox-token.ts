import { sandboxTokens } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { SandboxTokens } from '../sandbox-tokens.ts';

export const revokeSandboxToken = (deps: { sandboxTokens: SandboxTokens }) =>
  bind(sandboxTokens.revoke, async (context, { params }) => {
    const { vm_id: vmId, token_id: id } = params;
    await deps.sandboxTokens.revoke(actorOf(context), context.principal, vmId, id);
    return { id, status: 'revoked' as const };
  });
