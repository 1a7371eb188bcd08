import { sandboxTokens } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import type { SandboxTokens } from '../sandbox-tokens.ts';

export const listSandboxTokens = (deps: { sandboxTokens: SandboxTokens }) =>
  bind(sandboxTokens.list, ({ principal }, { params }) => deps.sandboxTokens.list(principal, params.vm_id));
