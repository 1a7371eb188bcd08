import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toast.tsx';
import { errorsAtFields } from '../../words/form-errors.ts';
import { ENVIRONMENT_CHOICES, type EnvironmentChoice } from '../keys/key-words.ts';
import { ScopesField } from '../keys/scopes-field.tsx';
import {
  placeholderIn,
  TRUST_PRESETS,
  type TrustDraft,
  type TrustSource,
  trustDraft,
} from './trust-presets.ts';

const SOURCES = Object.entries(TRUST_PRESETS).map(([value, { label, hint }]) => ({
  value: value as TrustSource,
  label,
  hint,
}));

const NAMES = {
  name: 'The name',
  issuer: 'The issuer',
  audience: 'The audience',
  subject: 'The subject',
  scopes: 'The list',
};

/** Asks whose tokens are trusted, and what their keys may do. */
export function NewTrustDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const queryClient = useQueryClient();
  const confirmed = useConfirmed();
  const toast = useToast();
  const formId = useId();
  const { data: whoami } = useQuery(queries.whoami());
  const [draft, setDraft] = useState<TrustDraft>(() => trustDraft('github', window.location.origin));
  const [scopes, setScopes] = useState<string[]>(['exec-only']);
  const [environment, setEnvironment] = useState<EnvironmentChoice>('none');
  const change = (part: Partial<TrustDraft>) => setDraft({ ...draft, ...part });
  const create = useMutation({
    mutationFn: () => {
      const { name, issuer, audience, subject } = draft;
      const body = {
        ...{
          name: name.trim(),
          issuer: issuer.trim(),
          audience: audience.trim(),
          subject: subject.trim(),
          scopes,
        },
        ...(environment === 'none' ? {} : { environment }),
      };
      return confirmed(() => api.createTrustPolicy(body));
    },
    onSuccess: async (policy) => {
      toast({
        tone: 'good',
        title: `${policy.name} is trusted`,
        detail: 'Its tokens get keys of at most an hour.',
      });
      close();
      await queryClient.invalidateQueries({ queryKey: queries.trustPolicies().queryKey });
    },
  });
  const close = () => {
    create.reset();
    setDraft(trustDraft('github', window.location.origin));
    onClose();
  };
  const { fields, rest } = errorsAtFields(create.error, NAMES);
  const example = placeholderIn(draft.subject);
  const preset = TRUST_PRESETS[draft.source];
  return (
    <Dialog
      open={open}
      onClose={close}
      wide
      title="Trust an issuer"
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            look="primary"
            busy={create.isPending && 'Saving'}
            disabledReason={example ? `Put the real name in place of ${example}.` : null}
          >
            Trust it
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!create.isPending && !example) create.mutate();
        }}
      >
        <Choice
          label="Tokens of"
          options={SOURCES}
          value={draft.source}
          onChange={(source) => setDraft(trustDraft(source, draft.audience, draft.name))}
        />
        <TextField
          label="Name"
          required
          autoComplete="off"
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
          error={fields.name}
          hint="What the keys that come of it are called after."
        />
        <TextField
          label="Subject"
          required
          autoComplete="off"
          spellCheck={false}
          value={draft.subject}
          onChange={(event) => change({ subject: event.target.value })}
          error={fields.subject}
          hint={`${preset.subjectHint} A * stands for one part, ** for anything.`}
          className="font-mono text-small"
        />
        <TextField
          label="Issuer"
          type="url"
          required
          autoComplete="off"
          value={draft.issuer}
          onChange={(event) => change({ issuer: event.target.value })}
          error={fields.issuer}
        />
        <TextField
          label="Audience"
          required
          autoComplete="off"
          value={draft.audience}
          onChange={(event) => change({ audience: event.target.value })}
          error={fields.audience}
          hint="What the job asks its token for: the same text on both sides."
        />
        <ScopesField
          value={scopes}
          onChange={setScopes}
          held={whoami?.credential.permissions}
          error={fields.scopes}
        />
        <Choice
          label="Environment"
          options={ENVIRONMENT_CHOICES}
          value={environment}
          onChange={setEnvironment}
        />
        {rest && <Notice tone="bad" alert title={rest} />}
      </form>
    </Dialog>
  );
}
