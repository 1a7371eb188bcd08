import { unbuilt } from '../operation.ts';

/** The published CLI's login. Both live outside `/v1`, where that CLI asks for them. */
export const cliAuth = {
  start: unbuilt(
    'cliAuth.start',
    null,
    'POST',
    '/api/cli-auth/start',
    null,
    'Start to pair a command line with an account',
  ),
  exchange: unbuilt(
    'cliAuth.exchange',
    null,
    'POST',
    '/api/cli-auth/exchange',
    null,
    'Exchange an approved pairing for a key',
  ),
};
