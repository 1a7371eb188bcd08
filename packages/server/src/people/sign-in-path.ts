/** Where people's sign-in is served. */
export const SIGN_IN_PATH = '/app/auth';

/** The one header in which the sign-in library looks for the caller's address. The server alone sets it, to what `peerOf` says. */
export const PEER_ADDRESS_HEADER = 'x-instavm-peer-address';
