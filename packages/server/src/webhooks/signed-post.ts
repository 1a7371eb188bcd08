import { VERSION } from '../version.ts';
import type { Post } from './sender.ts';
import { signatureOf } from './signature.ts';

export interface Message {
  eventId: string;
  /** Null for what is no delivery. */
  deliveryId: string | null;
  body: string;
}

/** What goes over the wire: signed with the secret of the moment, so that a new one counts from the next attempt on. */
export function signedPost(
  endpoint: { url: string; timeout_seconds: number },
  secret: string,
  { eventId, deliveryId, body }: Message,
  nowMs: number,
): Post {
  return {
    url: endpoint.url,
    // In the spelling of the documentation: some receivers do not fold names as they should.
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': `InstaVM-Webhooks/${VERSION}`,
      'InstaVM-Signature': signatureOf(secret, Math.floor(nowMs / 1000), body),
      'InstaVM-Event-Id': eventId,
      ...(deliveryId === null ? {} : { 'InstaVM-Delivery-Id': deliveryId }),
    },
    body,
    timeoutMs: endpoint.timeout_seconds * 1000,
  };
}

/** Where the secret of an endpoint is sealed for. */
export function placeOfSecret(endpointId: string): string {
  return `webhook_endpoint:${endpointId}`;
}
