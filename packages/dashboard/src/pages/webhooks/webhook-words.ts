import type { WebhookDelivery, WebhookEndpoint } from '../../api/types.ts';
import type { Tone } from '../../ui/badge.tsx';

export const DELIVERY_STATES = {
  pending: { label: 'On its way', tone: 'neutral', live: true },
  succeeded: { label: 'Delivered', tone: 'good', live: false },
  failed: { label: 'Failed, tried again', tone: 'warn', live: true },
  dead: { label: 'Given up', tone: 'bad', live: false },
} as const satisfies Record<WebhookDelivery['status'], { label: string; tone: Tone; live: boolean }>;

export const DELIVERY_FILTERS = [
  { value: 'all', label: 'All deliveries' },
  ...Object.entries(DELIVERY_STATES).map(([value, { label }]) => ({ value, label })),
];

/** The state of an endpoint in a word and its colour. */
export function endpointState(endpoint: WebhookEndpoint): { label: string; tone: Tone } {
  if (endpoint.disabled_reason) return { label: 'Switched off: it was unreachable', tone: 'bad' };
  if (!endpoint.enabled) return { label: 'Switched off', tone: 'neutral' };
  return endpoint.last_failure ? { label: 'Failing', tone: 'warn' } : { label: 'On', tone: 'good' };
}

/** Patterns as typed: spaces, commas or lines between them. */
export function splitPatterns(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((part) => part !== ''))];
}
