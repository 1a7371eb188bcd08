import { createLazyRoute, useParams } from '@tanstack/react-router';
import { WebhookPage } from './webhook-page.tsx';
import { WebhooksPage } from './webhooks-page.tsx';

export const webhooksRoute = createLazyRoute('/signed-in/webhooks')({ component: WebhooksPage });

export const webhookRoute = createLazyRoute('/signed-in/webhooks/$endpointId')({
  component: function WebhookRoute() {
    const { endpointId } = useParams({ from: '/signed-in/webhooks/$endpointId' });
    return <WebhookPage key={endpointId} id={endpointId} />;
  },
});
