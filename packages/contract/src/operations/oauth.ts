import { unbuilt } from '../operation.ts';

export const oauth = {
  token: unbuilt(
    'oauth.token',
    null,
    'POST',
    '/oauth/token',
    null,
    'Exchange a token for a short-lived credential',
  ),
  deviceAuthorization: unbuilt(
    'oauth.deviceAuthorization',
    null,
    'POST',
    '/oauth/device_authorization',
    null,
    'Start a login where there is no browser',
  ),
};
