import { type VerifiedWebhook, verifyWebhook, type WebhookVerifyOptions } from '../core/webhook-signature.ts';
import type {
  CreatedWebhookEndpoint,
  Operations,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointCreate,
  WebhookEndpointUpdate,
} from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import { type CallOptions, type OnceOptions, once } from './call-options.ts';

export interface DeliveryListOptions extends CallOptions {
  endpointId?: string | undefined;
  status?: WebhookDelivery['status'] | undefined;
  eventType?: string | undefined;
  /** `next_cursor` of the page before. */
  cursor?: string | undefined;
  /** 1 to 200; 50 unless said. */
  limit?: number | undefined;
}

/** Addresses that the server tells of events. Field names are those of the wire. */
export class Webhooks {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  /** The only answer that holds `secret`, but for that of `rotateSecret`. */
  createEndpoint(fields: WebhookEndpointCreate, options: OnceOptions = {}): Promise<CreatedWebhookEndpoint> {
    return this.#send('POST', '/v1/webhooks/endpoints', { json: fields, ...once(options) });
  }

  listEndpoints(call: CallOptions = {}): Promise<WebhookEndpoint[]> {
    return this.#send('GET', '/v1/webhooks/endpoints', call);
  }

  async getEndpoint(endpointId: string, call: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.#send('GET', path`/v1/webhooks/endpoints/${endpointId}`, call);
  }

  /** An absent field stays as it is. */
  async updateEndpoint(
    endpointId: string,
    fields: WebhookEndpointUpdate,
    call: CallOptions = {},
  ): Promise<WebhookEndpoint> {
    return this.#send('PATCH', path`/v1/webhooks/endpoints/${endpointId}`, {
      json: fields,
      repeatable: true,
      ...call,
    });
  }

  async deleteEndpoint(endpointId: string, call: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.#send('DELETE', path`/v1/webhooks/endpoints/${endpointId}`, call);
  }

  /** Deliveries are signed with the new secret from now on; it is in this answer and never again. */
  async rotateSecret(endpointId: string, options: OnceOptions = {}): Promise<CreatedWebhookEndpoint> {
    return this.#send('POST', path`/v1/webhooks/endpoints/${endpointId}/rotate-secret`, once(options));
  }

  async sendTestEvent(endpointId: string, options: OnceOptions = {}): Promise<WebhookDelivery> {
    return this.#send('POST', path`/v1/webhooks/endpoints/${endpointId}/test`, once(options));
  }

  /** Sends a challenge that the receiver has to repeat. */
  async verifyEndpoint(
    endpointId: string,
    call: CallOptions = {},
  ): Promise<Operations['webhooks.verifyEndpoint']['response']> {
    return this.#send('POST', path`/v1/webhooks/endpoints/${endpointId}/verify`, {
      repeatable: true,
      ...call,
    });
  }

  /** One page, newest first. */
  listDeliveries(options: DeliveryListOptions = {}): Promise<WebhookDeliveryPage> {
    const { endpointId, status, eventType, cursor, limit, ...call } = options;
    const query = { endpoint_id: endpointId, status, event_type: eventType, cursor, limit };
    return this.#send('GET', '/v1/webhooks/deliveries', { query, ...call });
  }

  /** Every delivery, newest first, page after page. */
  async *everyDelivery(options: DeliveryListOptions = {}): AsyncGenerator<WebhookDelivery> {
    let cursor = options.cursor;
    do {
      const page = await this.listDeliveries({ limit: 200, ...options, cursor });
      yield* page.items;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** With its attempts. */
  async getDelivery(deliveryId: string, call: CallOptions = {}): Promise<WebhookDeliveryDetail> {
    return this.#send('GET', path`/v1/webhooks/deliveries/${deliveryId}`, call);
  }

  /** Sends the same event again, as a delivery of its own. */
  async replayDelivery(deliveryId: string, options: OnceOptions = {}): Promise<WebhookDelivery> {
    return this.#send('POST', path`/v1/webhooks/deliveries/${deliveryId}/replay`, once(options));
  }

  /** `verifyWebhook`, which needs no client: whether a delivery comes from the server. Makes no request. */
  verify(
    secret: string | readonly string[],
    header: string | null | undefined,
    body: string | Uint8Array<ArrayBuffer>,
    options?: WebhookVerifyOptions,
  ): Promise<VerifiedWebhook> {
    return verifyWebhook(secret, header, body, options);
  }
}
