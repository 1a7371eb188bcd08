import { useSuspenseQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { useRefusal } from '../../app/use-refusal.ts';
import { paths } from '../../paths.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { State } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { DeliveryPanel } from './delivery-panel.tsx';
import { WebhookActions } from './webhook-actions.tsx';
import { WebhookSettings } from './webhook-settings.tsx';
import { endpointState } from './webhook-words.ts';

/** One endpoint: what it is sent, and what became of each delivery. */
export function WebhookPage({ id }: { id: string }) {
  const { data: endpoint } = useSuspenseQuery(queries.webhook(id));
  const refusal = useRefusal('webhooks:write');
  const { label, tone } = endpointState(endpoint);
  return (
    <Page
      title={endpoint.url}
      above={<BackLink to={paths.webhooks()}>Webhooks</BackLink>}
      lead={endpoint.description}
      actions={<WebhookActions endpoint={endpoint} refusal={refusal} />}
    >
      {endpoint.disabled_reason && (
        <Notice tone="bad" title="Nothing is sent here any more">
          {endpoint.disabled_reason} Switch it on again once it can be reached.
        </Notice>
      )}
      <Panel>
        <Facts
          facts={[
            { name: 'State', value: <State tone={tone}>{label}</State> },
            { name: 'Secret', value: <code>{endpoint.secret_hint}</code> },
            { name: 'Added', value: <RelativeTime at={endpoint.created_at} /> },
            {
              name: 'Verified',
              value: endpoint.last_verified_at ? <RelativeTime at={endpoint.last_verified_at} /> : 'Never',
            },
            {
              name: 'Last delivery',
              value: endpoint.last_delivery_at ? <RelativeTime at={endpoint.last_delivery_at} /> : 'None',
            },
            { name: 'Waits for an answer', value: `${endpoint.timeout_seconds} s` },
            { name: 'Tries again', value: `${endpoint.max_retries} times` },
            ...(endpoint.last_failure ? [{ name: 'Last failure', value: endpoint.last_failure }] : []),
          ]}
        />
      </Panel>
      <WebhookSettings endpoint={endpoint} refusal={refusal} />
      <DeliveryPanel endpointId={endpoint.id} refusal={refusal} />
    </Page>
  );
}
