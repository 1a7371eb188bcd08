import { operation, unbuilt } from '../operation.ts';
import { exchangedToken, tokenExchange } from '../schemas/short-lived.ts';

export const oauth = {
  token: operation({
    id: 'oauth.token',
    published: null,
    method: 'POST',
    path: '/oauth/token',
    credential: 'none',
    permission: null,
    built: true,
    summary: 'Exchange a token for a short-lived credential',
    request: { body: tokenExchange, bodyType: 'form', orJson: true },
    // Some paste a key there: it is refused as no token, and stored nowhere.
    keyFields: ['subject_token'],
    response: { status: 200, body: exchangedToken },
    errorShape: 'oauth',
    errors: [503],
  }),
  deviceAuthorization: unbuilt(
    'oauth.deviceAuthorization',
    null,
    'POST',
    '/oauth/device_authorization',
    null,
    'Start a login where there is no browser',
  ),
};
