import { type Agent as HttpAgent, request as httpRequest } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** A hundred keys of RSA with their certificates are about so long. */
const BYTES_MAX = 512 * 1024;
const TIMEOUT_MS = 5000;

export interface FetchJsonDeps {
  /** They connect to nothing but addresses that may be reached. */
  agents: { 'http:': HttpAgent; 'https:': HttpsAgent };
  timeoutMs?: number;
}

/**
 * Reads JSON from an address that others have chosen: within a time and a size, without redirects, cookies or
 * credentials. Throws Error with a text that holds nothing of the answer.
 */
export function fetchJson({ agents, timeoutMs = TIMEOUT_MS }: FetchJsonDeps) {
  return async (text: string): Promise<unknown> => {
    const body = await read(urlOf(text));
    try {
      return JSON.parse(body);
    } catch {
      throw new Error('what it answered is no JSON');
    }
  };

  function read(url: URL): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      agent: agents[url.protocol as 'http:' | 'https:'],
      headers: { accept: 'application/json', 'user-agent': 'instavmd' },
    });
    const fail = (problem: string) => {
      reject(new Error(problem));
      request.destroy();
    };
    const timer = setTimeout(() => fail(`it did not answer within ${timeoutMs / 1000} s`), timeoutMs);
    request.on('response', (response) => {
      if (response.statusCode !== 200) return fail(`it answered ${response.statusCode}`);
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > BYTES_MAX) fail(`it answered more than ${BYTES_MAX / 1024} KiB`);
      });
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      response.on('error', () => fail('its answer was cut off'));
    });
    request.on('error', (error: NodeJS.ErrnoException) => reject(new Error(wordsOf(error))));
    request.on('close', () => {
      clearTimeout(timer);
      reject(new Error('it closed the connection'));
    });
    request.end();
    return promise;
  }
}

function urlOf(text: string): URL {
  if (!URL.canParse(text)) throw new Error('its address cannot be read');
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) throw new Error('its address is neither https nor http');
  if (url.username !== '' || url.password !== '')
    throw new Error('its address holds a user name or password');
  return url;
}

function wordsOf({ code, name }: NodeJS.ErrnoException): string {
  if (name === 'AddressRefused') return 'it is at an address that INSTAVM_WEBHOOK_ALLOW does not hold';
  return code ? `it cannot be reached (${code})` : 'it cannot be reached';
}
