import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { CheckBox } from '../../ui/check-box.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toast.tsx';
import { fieldProblem, wholeProblem } from '../../words/field-problem.ts';
import { passwordRules } from '../../words/password.ts';
import { PasswordField } from '../people/password-field.tsx';
import { endedInWords } from './session-words.ts';

const EMPTY = { current: '', next: '', endOthers: true };

export function PasswordForm({ email }: { email: string }) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const [draft, setDraft] = useState(EMPTY);
  const rules = passwordRules(draft.next);
  const change = useMutation({
    gcTime: 0,
    mutationFn: () =>
      api.changePassword({
        current_password: draft.current,
        new_password: draft.next,
        end_other_sessions: draft.endOthers,
      }),
    onSuccess: async ({ ended_sessions: ended }) => {
      setDraft(EMPTY);
      toast({ tone: 'good', title: 'Your password is changed', detail: endedInWords(ended) });
      await queryClient.invalidateQueries({ queryKey: queries.sessions().queryKey });
    },
  });
  const fields = change.error instanceof ApiError ? change.error.fields : {};
  const { current_password: wrong, new_password: weak } = fields;
  return (
    <form
      aria-label="Change the password"
      className="flex max-w-96 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!change.isPending) change.mutate();
      }}
    >
      {/* For password managers: whose password it is. */}
      <input hidden readOnly name="username" autoComplete="username" value={email} />
      <PasswordField
        label="Current password"
        name="current-password"
        autoComplete="current-password"
        required
        value={draft.current}
        onChange={(event) => setDraft({ ...draft, current: event.target.value })}
        error={wrong && fieldProblem('This', wrong)}
      />
      <PasswordField
        label="New password"
        name="new-password"
        autoComplete="new-password"
        required
        value={draft.next}
        onChange={(event) => setDraft({ ...draft, next: event.target.value })}
        rules={rules}
        error={weak && wholeProblem(weak)}
      />
      <label className="flex items-start gap-2">
        <CheckBox
          className="mt-0.5"
          checked={draft.endOthers}
          onChange={(event) => setDraft({ ...draft, endOthers: event.target.checked })}
        />
        <span>
          End all other sign-ins
          <span className="block text-faint text-small">
            Whoever knew the old password is out. API keys go on.
          </span>
        </span>
      </label>
      {change.error && Object.keys(fields).length === 0 && (
        <Notice tone="bad" alert title={errorInWords(change.error)} />
      )}
      <div>
        <Button
          type="submit"
          look="primary"
          busy={change.isPending && 'Changing'}
          disabledReason={refusalOf(draft, rules)}
        >
          Change password
        </Button>
      </div>
    </form>
  );
}

function refusalOf(draft: typeof EMPTY, rules: { met: boolean }[]): string | null {
  if (draft.current === '') return 'Your current password comes first.';
  return rules.every(({ met }) => met) ? null : 'The new password does not meet its rules yet.';
}
