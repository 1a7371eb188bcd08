import { sandboxTokens } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { tokenRequest } from '../sandbox-token.ts';
import type { SandboxTokens } from '../sandbox-tokens.ts';

export const createSandboxToken = (deps: { sandboxTokens: SandboxTokens }) =>
  bind(sandboxTokens.create, async (context, { params, body }) => {
    const asked = tokenRequest(context, body);
    const tokens = deps.sandboxTokens;
    const { row, text } = await tokens.create(actorOf(context), context.principal, params.vm_id, asked);
    return { ...tokens.record(row), token: text };
  });
