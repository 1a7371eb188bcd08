import { InstaVMError } from './errors.ts';

/** The header of each delivery: `t=<unix seconds>,v1=<hex>`. */
export const WEBHOOK_SIGNATURE_HEADER = 'InstaVM-Signature';

export type WebhookFault =
  | 'missing_header'
  | 'malformed_header'
  | 'missing_signature'
  | 'invalid_signature'
  | 'stale_timestamp'
  | 'invalid_payload';

/** A delivery that is not proved to come from the server; `code` says why. Answer it with a 400 and do nothing. */
export class WebhookVerificationError extends InstaVMError {
  override name = 'WebhookVerificationError';
  declare readonly code: WebhookFault;
}

export interface WebhookVerifyOptions {
  /** How old or how far ahead a delivery may be, at most; 300 unless said, negative for any time. */
  toleranceSeconds?: number | undefined;
  /** Milliseconds since 1970; the clock of this machine unless said. */
  now?: (() => number) | undefined;
}

/** A delivery that came from the server, with its event. */
export interface VerifiedWebhook {
  /** When it was signed. */
  timestamp: Date;
  event: { event_type: string; [field: string]: unknown };
}

const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * Checks that a delivery was signed with the endpoint's secret, by HMAC-SHA-256 over timestamp, a dot and the raw body.
 * Give the body as it came, before anything parsed it. During a rotation give both secrets. Throws
 * WebhookVerificationError.
 */
export async function verifyWebhook(
  secret: string | readonly string[],
  header: string | null | undefined,
  body: string | Uint8Array<ArrayBuffer>,
  { toleranceSeconds = DEFAULT_TOLERANCE_SECONDS, now = Date.now }: WebhookVerifyOptions = {},
): Promise<VerifiedWebhook> {
  if (header == null || header.trim() === '') throw fault('missing_header');
  const { timestamp, signatures } = parseHeader(header);
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const signed = concat(new TextEncoder().encode(`${timestamp}.`), bytes);
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (!(await isSignedByAny(secrets, signatures, signed))) throw fault('invalid_signature');
  // After the signature: a time that nobody signed says nothing.
  const awaySeconds = Math.abs(now() / 1000 - timestamp);
  if (toleranceSeconds >= 0 && awaySeconds > toleranceSeconds) throw fault('stale_timestamp');
  return { timestamp: new Date(timestamp * 1000), event: parseEvent(bytes) };
}

function parseHeader(header: string): { timestamp: number; signatures: string[] } {
  const signatures: string[] = [];
  let timestamp: number | null = null;
  for (const part of header.split(',')) {
    const at = part.indexOf('=');
    if (at === -1) throw fault('malformed_header');
    const [name, value] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    if (name === 't') {
      if (!/^\d{1,12}$/.test(value)) throw fault('malformed_header');
      timestamp = Number(value);
    }
    if (name === 'v1') signatures.push(value);
  }
  if (timestamp === null) throw fault('malformed_header');
  if (signatures.length === 0) throw fault('missing_signature');
  return { timestamp, signatures };
}

/** `crypto.subtle.verify` compares in constant time. */
async function isSignedByAny(
  secrets: readonly string[],
  signatures: readonly string[],
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const { subtle } = globalThis.crypto;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  for (const secret of secrets) {
    if (secret === '') continue;
    const raw = new TextEncoder().encode(secret);
    const key = await subtle.importKey('raw', raw, algorithm, false, ['verify']);
    for (const hex of signatures) {
      const signature = bytesOfHex(hex);
      if (signature && (await subtle.verify('HMAC', key, signature, signed))) return true;
    }
  }
  return false;
}

function parseEvent(bytes: Uint8Array<ArrayBuffer>): VerifiedWebhook['event'] {
  try {
    const event: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof event === 'object' && event !== null && 'event_type' in event) {
      if (typeof event.event_type === 'string') return { ...event, event_type: event.event_type };
    }
  } catch {
    // As a payload of another form.
  }
  throw fault('invalid_payload');
}

function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return null;
  return Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

function concat(first: Uint8Array<ArrayBuffer>, second: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

const FAULTS: Record<WebhookFault, { detail: string; hint: string }> = {
  missing_header: {
    detail: `The delivery has no ${WEBHOOK_SIGNATURE_HEADER} header`,
    hint: 'Whoever sent it is not the server, or something in between removed the header',
  },
  malformed_header: {
    detail: 'The signature header is not of the form t=SECONDS,v1=HEX',
    hint: 'Give the value of the header as it came',
  },
  missing_signature: {
    detail: 'The signature header holds no v1 signature',
    hint: 'Give the value of the header as it came',
  },
  invalid_signature: {
    detail: 'The signature does not fit the body and the secret',
    hint: 'Check that the secret is that of this endpoint, and that the body is the raw one, before anything parsed it',
  },
  stale_timestamp: {
    detail: 'The delivery was signed too long ago, or its time lies ahead',
    hint: 'Check the clocks of both machines; a delivery that is sent again later is signed again',
  },
  invalid_payload: {
    detail: 'The body is signed but is no JSON object with an event_type',
    hint: 'The sender has another version; look at the body',
  },
};

function fault(code: WebhookFault): WebhookVerificationError {
  return new WebhookVerificationError({ code, ...FAULTS[code] });
}
