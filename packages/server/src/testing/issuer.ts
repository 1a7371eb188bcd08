import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { TestScope } from './folder.ts';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

export interface SignOptions {
  alg?: string;
  kid?: string;
  /** Instead of the newest key of the issuer. */
  key?: Pair['privateKey'] | Uint8Array;
}

export type TestIssuer = Awaited<ReturnType<typeof startIssuer>>;

/**
 * An issuer of tokens as GitHub, GitLab or a cluster is one: a discovery document, keys that are replaced, and tokens
 * signed with the newest. It listens on the loopback of this machine and ends with the test.
 */
export async function startIssuer(t: TestScope, alg = 'RS256') {
  const keys: { kid: string; pair: Pair; jwk: JWK }[] = [];
  const asked = { discovery: 0, keys: 0 };
  let serial = 0;
  let answer: 'right' | 'broken' | 'hanging' | 'redirect' | 'other issuer' | 'huge' = 'right';
  let extraKeys: JWK[] = [];
  const rotate = async (keepOld = false) => {
    const pair = await generateKeyPair(alg, { extractable: true });
    const kid = `key-${++serial}`;
    if (!keepOld) keys.length = 0;
    keys.unshift({ kid, pair, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' } });
  };
  await rotate();
  const server = createServer((request, response) => {
    const isDiscovery = request.url!.endsWith('/.well-known/openid-configuration');
    asked[isDiscovery ? 'discovery' : 'keys']++;
    if (answer === 'hanging') return;
    if (answer === 'broken') return response.writeHead(500).end('{"keys":[]}');
    if (answer === 'redirect') return response.writeHead(302, { location: `${url}/keys` }).end();
    if (answer === 'huge')
      return response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys`, x: 'x'.repeat(600_000) }));
    const issuer = answer === 'other issuer' ? `${url}/other` : url;
    const body = isDiscovery
      ? { issuer, jwks_uri: `${url}/keys` }
      : { keys: [...keys.map(({ jwk }) => jwk), ...extraKeys] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url,
    /** Requests that came. */
    asked,
    rotate,
    answers(how: typeof answer) {
      answer = how;
    },
    /** Puts keys beside its own, as it publishes them. */
    publish(jwks: JWK[]) {
      extraKeys = jwks;
    },
    publicJwk: () => keys[0]!.jwk,
    sign(claims: Record<string, unknown>, options: SignOptions = {}): Promise<string> {
      const header = { alg: options.alg ?? alg, kid: options.kid ?? keys[0]!.kid, typ: 'JWT' };
      return new SignJWT(claims).setProtectedHeader(header).sign(options.key ?? keys[0]!.pair.privateKey);
    },
  };
}

/** A token that no key has signed: the parts as they are, and an empty or a given signature. */
export function unsigned(header: object, claims: object, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}
