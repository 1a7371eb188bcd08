import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { CreatedApiKey } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { dateOnly } from '../../words/time.ts';
import {
  ENVIRONMENT_CHOICES,
  type EnvironmentChoice,
  expiryOf,
  LIFE_CHOICES,
  type Life,
} from './key-words.ts';
import { randomToken } from './random-token.ts';

export function NewKeyForm({ onMade }: { onMade: (made: CreatedApiKey) => void }) {
  const queryClient = useQueryClient();
  const [label, setLabel] = useState('');
  const [environment, setEnvironment] = useState<EnvironmentChoice>('none');
  const [life, setLife] = useState<Life>('90');
  const create = useMutation({
    // The answer holds the key: nothing may keep it once this form is gone.
    gcTime: 0,
    mutationFn: ({ idempotencyKey }: { idempotencyKey: string }) =>
      api.createKey(
        {
          label: label.trim(),
          environment: environment === 'none' ? null : environment,
          expires_at: expiryOf(life, Date.now()),
        },
        idempotencyKey,
      ),
    onSuccess: (made) => {
      onMade(made);
      void queryClient.invalidateQueries({ queryKey: queries.keys().queryKey, exact: true });
    },
  });
  const labelError = labelErrorOf(create.error);
  const ends = expiryOf(life, Date.now());
  return (
    <form
      className="flex max-w-xl flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (!create.isPending) create.mutate({ idempotencyKey: randomToken() });
      }}
    >
      <TextField
        label="Label"
        name="label"
        placeholder="CI runner"
        required
        maxLength={120}
        autoComplete="off"
        autoFocus
        value={label}
        onChange={(event) => setLabel(event.target.value)}
        error={labelError}
        hint="The program or person that will hold it."
      />
      <Choice
        label="Environment"
        options={ENVIRONMENT_CHOICES}
        value={environment}
        onChange={setEnvironment}
      />
      <Choice
        label="Expires after"
        options={LIFE_CHOICES}
        value={life}
        onChange={setLife}
        hint={ends ? `It is refused from ${dateOnly(Date.parse(ends))} on.` : undefined}
      />
      {create.error && !labelError && <Notice tone="bad" alert title={errorInWords(create.error)} />}
      <div>
        <Button
          type="submit"
          look="primary"
          busy={create.isPending && 'Creating'}
          disabledReason={label.trim() === '' ? 'Give the key a label first.' : null}
        >
          Create key
        </Button>
      </div>
    </form>
  );
}

function labelErrorOf(error: Error | null): string | null {
  if (!(error instanceof ApiError)) return null;
  if (error.code === 'label_taken') return errorInWords(error);
  const problem = error.fields.label;
  return problem ? `The label ${problem}.` : null;
}
