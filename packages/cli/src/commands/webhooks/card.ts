import type { CreatedWebhookEndpoint, WebhookEndpoint } from '@instavm/sdk';
import { card, printable } from '../../output/text.ts';
import { exactTime } from '../../output/time.ts';

/** All about an endpoint; its secret is there in the answer that made it, else how it begins. */
export function endpointCard(endpoint: WebhookEndpoint | CreatedWebhookEndpoint, nowMs: number): string {
  const optional = (label: string, value: unknown): [string, unknown][] => (value ? [[label, value]] : []);
  const rows = card([
    ['Webhook', endpoint.id],
    ['URL', endpoint.url],
    ['Status', endpoint.status],
    ...optional('  because', endpoint.disabled_reason),
    ['Description', endpoint.description],
    ['Events', endpoint.event_patterns.join(', ')],
    ['Environment', endpoint.environment ?? 'all'],
    ['Timeout', `${endpoint.timeout_seconds} s`],
    ['Retries', endpoint.max_retries],
    ['Created', endpoint.created_at],
    ['Verified', exactTime(endpoint.last_verified_at, nowMs) ?? 'never'],
    ['Last delivery', exactTime(endpoint.last_delivery_at, nowMs) ?? 'none'],
    ...optional('Last failure', endpoint.last_failure),
  ]);
  return rows + secretLine('secret' in endpoint ? endpoint.secret : endpoint.secret_hint);
}

/** Not printed as other texts are, of which nothing of a secret is left. */
export function secretLine(text: string): string {
  return `Secret: ${/^[\w…]+$/.test(text) ? text : printable(text)}\n`;
}

export const SHOWN_ONCE = 'This is the only time the secret is shown: store it now.';
