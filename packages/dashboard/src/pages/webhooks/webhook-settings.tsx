import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import type { WebhookEndpoint } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { EditPanel } from '../../ui/edit-panel.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toast.tsx';
import { type WebhookDraft, WebhookFields, webhookErrors, webhookFields } from './webhook-form.tsx';

function draftOf({ url, description, event_patterns: patterns }: WebhookEndpoint): WebhookDraft {
  return { url, description: description ?? '', patterns: patterns.includes('*') ? '' : patterns.join(' ') };
}

/** Address and events of an endpoint. */
export function WebhookSettings({
  endpoint,
  refusal,
}: {
  endpoint: WebhookEndpoint;
  refusal: string | null;
}) {
  const queryClient = useQueryClient();
  const confirmed = useConfirmed();
  const toast = useToast();
  const [draft, setDraft] = useState<WebhookDraft | null>(null);
  const shown = draft ?? draftOf(endpoint);
  const save = useMutation({
    mutationFn: () => confirmed(() => api.updateWebhook(endpoint.id, webhookFields(shown))),
    onSuccess: async (changed) => {
      queryClient.setQueryData(queries.webhook(endpoint.id).queryKey, changed);
      setDraft(null);
      toast({ tone: 'good', title: 'The endpoint is changed', detail: 'From the next event on.' });
      await queryClient.invalidateQueries({ queryKey: queries.webhooks().queryKey });
    },
  });
  const errors = webhookErrors(save.error);
  const isChanged = JSON.stringify(shown) !== JSON.stringify(draftOf(endpoint));
  return (
    <EditPanel
      title="Events"
      editing={draft !== null}
      onEdit={(editing) => {
        save.reset();
        setDraft(editing ? draftOf(endpoint) : null);
      }}
      refusal={refusal}
      onSave={() => save.mutate()}
      saving={save.isPending}
      saveRefusal={isChanged ? null : 'Nothing is changed yet.'}
      form={
        <>
          <WebhookFields draft={shown} onChange={setDraft} errors={errors.fields} />
          {errors.rest && <Notice tone="bad" alert title={errors.rest} />}
        </>
      }
    >
      <ul className="flex flex-wrap gap-1.5">
        {endpoint.event_patterns.map((pattern) => (
          <li key={pattern}>
            <code className="inline-flex h-6 items-center rounded-small border border-line bg-sunken px-2 text-small">
              {pattern === '*' ? 'all events' : pattern}
            </code>
          </li>
        ))}
      </ul>
    </EditPanel>
  );
}
