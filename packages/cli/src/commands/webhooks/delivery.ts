import type { WebhookDelivery } from '@instavm/sdk';
import { card } from '../../output/text.ts';

export function deliveryCard(delivery: WebhookDelivery): string {
  const { last_status_code: code, last_error: error, next_attempt_at: next } = delivery;
  const rows: [string, unknown][] = [
    ['Delivery', delivery.id],
    ['Event', delivery.event_type],
    ['Status', delivery.status],
    ['Attempts', delivery.attempt_count],
  ];
  if (code !== null || error !== null) rows.push(['Last answer', [code, error].filter(Boolean).join(' ')]);
  if (next !== null) rows.push(['Next attempt', next]);
  return card(rows);
}
