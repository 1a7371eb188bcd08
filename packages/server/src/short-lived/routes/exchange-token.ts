import { oauth } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { type ExchangerDeps, exchange } from '../exchange.ts';
import { readExchange } from '../exchange-request.ts';

/** RFC 8693. */
export const exchangeToken = (deps: ExchangerDeps) =>
  bind(oauth.token, async (context, { body }) => {
    const { row, fullKey, scopes, expiresInSeconds } = await exchange(deps, readExchange(body), context);
    return {
      access_token: fullKey,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' as const,
      token_type: 'Bearer' as const,
      expires_in: expiresInSeconds,
      scope: scopes.join(' '),
      api_key_id: row.id,
    };
  });
