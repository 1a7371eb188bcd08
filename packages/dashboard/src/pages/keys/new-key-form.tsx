import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import type { ApiKeyCreate, CreatedApiKey } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { lacking } from '../../words/scopes.ts';
import { Attempts } from './attempts.ts';
import { ExpiryField } from './expiry-field.tsx';
import { formErrors } from './field-errors.ts';
import { useCreateRefusal, useKeyChanged } from './key-acts.ts';
import { creationOf, draftProblems, type KeyDraft, NEW_KEY } from './key-draft.ts';
import { ENVIRONMENT_CHOICES } from './key-words.ts';
import { isMoreField, MoreKeyFields } from './more-key-fields.tsx';
import { randomToken } from './random-token.ts';
import { ScopesField } from './scopes-field.tsx';

/** What most keys need is in sight; the rest is one click away, and opens by itself where it holds a mistake. */
export function NewKeyForm({ onMade }: { onMade: (made: CreatedApiKey) => void }) {
  const { data: whoami } = useQuery(queries.whoami());
  const refusal = useCreateRefusal();
  const changed = useKeyChanged();
  const confirmed = useConfirmed();
  const [draft, setDraft] = useState<KeyDraft>(NEW_KEY);
  const [attempts] = useState(() => new Attempts<ApiKeyCreate>(randomToken));
  const [more, setMore] = useState(false);
  const change = (part: Partial<KeyDraft>) => setDraft((known) => ({ ...known, ...part }));
  const create = useMutation({
    // The answer holds the key: nothing may keep it once this form is gone.
    gcTime: 0,
    mutationFn: () => {
      const { body, idempotencyKey } = attempts.next(JSON.stringify(draft), () =>
        creationOf(draft, Date.now()),
      );
      return confirmed(() => api.createKey(body, idempotencyKey));
    },
    onSettled: (_, error) => attempts.settle(error),
    onSuccess: (made) => {
      onMade(made);
      void changed();
    },
    onError: (error) => {
      if (Object.keys(formErrors(error).fields).some(isMoreField)) setMore(true);
    },
  });
  const { fields, rest } = formErrors(create.error);
  const problems = draftProblems(draft, Date.now());
  const errors = { ...fields, ...problems };
  const held = whoami?.credential.permissions;
  return (
    <form
      className="flex max-w-2xl flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (!create.isPending) create.mutate();
      }}
    >
      <TextField
        label="Label"
        name="label"
        placeholder="CI runner"
        required
        autoComplete="off"
        autoFocus
        value={draft.label}
        onChange={(event) => change({ label: event.target.value })}
        error={errors.label}
        hint="The program or person that will hold it."
      />
      <Choice
        label="Environment"
        options={ENVIRONMENT_CHOICES}
        value={draft.environment}
        onChange={(environment) => change({ environment })}
      />
      <ScopesField
        value={draft.scopes}
        onChange={(scopes) => change({ scopes })}
        held={held}
        error={errors.scopes}
      />
      <ExpiryField draft={draft} onChange={change} error={errors.expires_at} />
      <Disclosure
        label="More settings"
        hint="addresses, start, idle end, owner"
        open={more}
        onToggle={setMore}
      >
        <MoreKeyFields draft={draft} onChange={change} errors={errors} />
      </Disclosure>
      {rest && <Notice tone="bad" alert title={rest} />}
      <div>
        <Button
          type="submit"
          look="primary"
          busy={create.isPending && 'Creating'}
          disabledReason={refusal ?? whyNot(draft, problems, lacking(draft.scopes, held).length > 0)}
        >
          Create key
        </Button>
      </div>
    </form>
  );
}

function whyNot(draft: KeyDraft, problems: Record<string, string>, isTooMuch: boolean): string | null {
  if (draft.label.trim() === '') return 'Give the key a label first.';
  if (isTooMuch) return 'The key would get more than you may do yourself.';
  return Object.values(problems)[0] ?? null;
}
