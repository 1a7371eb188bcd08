import { createHmac } from 'node:crypto';

/**
 * The value of `InstaVM-Signature`: HMAC-SHA-256 over the time, a dot and the body, its key the whole text of the
 * secret. The time is in it so that a delivery cannot be played again for long.
 */
export function signatureOf(secret: string, atSeconds: number, body: string): string {
  const digest = createHmac('sha256', secret).update(`${atSeconds}.${body}`, 'utf8').digest('hex');
  return `t=${atSeconds},v1=${digest}`;
}
