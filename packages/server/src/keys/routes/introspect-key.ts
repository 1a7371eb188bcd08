import { apiKeys } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { introspectKey as introspect } from '../introspection.ts';

export const introspectKey = (deps: Parameters<typeof introspect>[0]) =>
  bind(apiKeys.introspect, async ({ principal }, { body }) =>
    introspect(deps, principal, body.key, body.address ?? null),
  );
