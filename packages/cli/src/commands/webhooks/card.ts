import type { CreatedWebhookEndpoint, WebhookEndpoint } from '@instavm/sdk';
import { card } from '../../output/text.ts';
import { exactTime } from '../../output/time.ts';

/** All about an endpoint but its secret. */
export function endpointCard(endpoint: WebhookEndpoint, nowMs: number): string {
  const optional = (label: string, value: unknown): [string, unknown][] => (value ? [[label, value]] : []);
  return card([
    ['Webhook', endpoint.id],
    ['URL', endpoint.url],
    ['Status', endpoint.status],
    ...optional('  because', endpoint.disabled_reason),
    ['Description', endpoint.description],
    ['Events', endpoint.event_patterns.join(', ')],
    ['Environment', endpoint.environment ?? 'all'],
    ['Timeout', `${endpoint.timeout_seconds} s`],
    ['Retries', endpoint.max_retries],
    ['Secret', `${endpoint.secret_hint}...`],
    ['Created', endpoint.created_at],
    ['Verified', exactTime(endpoint.last_verified_at, nowMs) ?? 'never'],
    ['Last delivery', exactTime(endpoint.last_delivery_at, nowMs) ?? 'none'],
    ...optional('Last failure', endpoint.last_failure),
  ]);
}

/** Not printed as other texts are, which keep secrets back. */
export function secretLine({ secret }: CreatedWebhookEndpoint): string {
  return `Secret: ${secret}\n`;
}

export const SHOWN_ONCE = 'This is the only time the secret is shown: store it now.';
