import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { literalOf } from './addresses.ts';
import { AddressRefused, type GuardDeps, type GuardedAgents, guardedAgents } from './guarded-agents.ts';
import { NameError } from './resolver.ts';

export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** For all of it: looking up, connecting, sending, and the answer to its end. */
  timeoutMs: number;
  /** Whether the beginning of the answer is wanted. */
  keepsAnswer?: boolean;
}

export interface Outcome {
  /** Null when no answer came. */
  statusCode: number | null;
  /** Why there is no whole answer, in a sentence without anything of the answer; else null. */
  error: string | null;
  retryAfter: string | undefined;
  durationMs: number;
  answer: string | null;
}

/** Read of an answer; what is longer is cut off with its connection. */
const ANSWER_BYTES_MAX = 64 * 1024;

const IDLE_MS = 15_000;

/** A connection that was kept may have been closed by the other side in the same moment. */
const STALE_RETRIES = 2;

/** Posts to the world, over guarded connections alone. Redirects are not followed. */
export class Sender {
  readonly #agents: GuardedAgents;
  readonly #resolve: GuardDeps['resolve'];
  constructor(deps: GuardDeps) {
    this.#resolve = deps.resolve;
    this.#agents = guardedAgents(deps, { keepAlive: true, maxFreeSockets: 256, timeout: IDLE_MS });
  }

  /** Never rejects. */
  async post({ url, headers, body, timeoutMs, keepsAnswer = false }: Post): Promise<Outcome> {
    const started = performance.now();
    const { protocol, hostname, port, pathname, search } = new URL(url);
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    const options = {
      ...{ method: 'POST', hostname: literalOf(hostname), port, path: pathname + search },
      headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
      agent: this.#agents[protocol as 'http:' | 'https:'],
    };
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    let response: IncomingMessage | null = null;
    const chunks: Buffer[] = [];
    const finish = (error: string | null) => {
      clearTimeout(timer);
      resolve({
        statusCode: response?.statusCode ?? null,
        error,
        retryAfter: response?.headers['retry-after'],
        durationMs: performance.now() - started,
        answer: keepsAnswer && response ? Buffer.concat(chunks).toString('utf8', 0, ANSWER_BYTES_MAX) : null,
      });
    };
    const timer = setTimeout(() => {
      finish(`It did not answer within ${timeoutMs / 1000} s.`);
      request.destroy();
    }, timeoutMs);
    let request = attempt(STALE_RETRIES);
    return promise;

    function attempt(retries: number) {
      const current = send(options);
      current.on('response', (incoming) => {
        response = incoming;
        let bytes = 0;
        incoming
          .on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (keepsAnswer) chunks.push(chunk);
            if (bytes <= ANSWER_BYTES_MAX) return;
            finish(null);
            current.destroy();
          })
          .on('end', () => finish(null))
          .on('error', (error) => finish(sentenceOf(error)));
      });
      current.on('error', (error: NodeJS.ErrnoException) => {
        const isStale = current.reusedSocket && !response && /^(ECONNRESET|EPIPE)$/.test(error.code ?? '');
        if (isStale && retries > 0) request = attempt(retries - 1);
        else finish(sentenceOf(error));
      });
      // A switch to another protocol ends without answer and error.
      current.on('close', () => {
        if (current === request && !response) finish('It closed the connection without an answer.');
      });
      current.end(body);
      return current;
    }
  }

  /** Breaks off what is under way. */
  close(): void {
    this.#agents['http:'].destroy();
    this.#agents['https:'].destroy();
    this.#resolve.close?.();
  }
}

const WORDS: Record<string, string> = {
  ECONNREFUSED: 'It refused the connection.',
  ECONNRESET: 'It cut the connection.',
  EPIPE: 'It cut the connection.',
  ETIMEDOUT: 'It could not be reached.',
  EHOSTUNREACH: 'It could not be reached.',
  ENETUNREACH: 'It could not be reached.',
  EADDRNOTAVAIL: 'It could not be reached.',
};

/** Never with the text of an error, which can hold anything. */
function sentenceOf(error: Error & { code?: string }): string {
  if (error instanceof AddressRefused) return error.message;
  if (error instanceof NameError) return `Its name could not be looked up (${error.code}).`;
  const code = error.code ?? (error as { errors?: { code?: string }[] }).errors?.[0]?.code ?? 'no code';
  if (WORDS[code]) return WORDS[code];
  if (code.startsWith('HPE_')) return `What it answered is no HTTP (${code}).`;
  if (/CERT|SIGNATURE|CRL|ISSUER/.test(code)) return `Its certificate is not valid (${code}).`;
  if (/SSL|EPROTO/.test(code)) return `It does not speak TLS as it should (${code}).`;
  return `The connection failed (${code}).`;
}
