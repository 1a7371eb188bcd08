import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { passwordRefusal, passwordRules } from '../../words/password.ts';
import { NOBODY, PersonFields, trimmed } from './person-fields.tsx';

export function FirstPersonForm({ token, onWrongToken }: { token: string; onWrongToken: () => void }) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const [person, setPerson] = useState(NOBODY);
  const create = useMutation({
    mutationFn: () => api.createFirstPerson({ token, ...trimmed(person) }),
    onSuccess: async ({ user }) => {
      queryClient.setQueryData(queries.session().queryKey, user);
      queryClient.setQueryData(queries.firstRun().queryKey, { open: false });
      await router.navigate({ to: paths.newKey() });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 410) {
        queryClient.setQueryData(queries.firstRun().queryKey, { open: false });
      }
    },
  });
  const failure = create.error;
  const fields = failure instanceof ApiError ? failure.fields : {};
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!create.isPending) create.mutate();
      }}
    >
      <PersonFields person={person} onChange={setPerson} problemOf={(name) => fields[name]} />
      {failure && <Failure error={failure} onWrongToken={onWrongToken} />}
      <div>
        <Button
          type="submit"
          look="primary"
          busy={create.isPending && 'Setting up'}
          disabledReason={passwordRefusal(passwordRules(person.password))}
        >
          Set up and sign in
        </Button>
      </div>
    </form>
  );
}

function Failure({ error, onWrongToken }: { error: Error; onWrongToken: () => void }) {
  if (error instanceof ApiError && error.status === 403) {
    return (
      <Notice tone="bad" alert title="This link is not the server's">
        It may be from an earlier start. Take the link that the terminal printed last.{' '}
        <button
          type="button"
          className="font-medium text-ink underline underline-offset-2"
          onClick={onWrongToken}
        >
          Paste another link
        </button>
      </Notice>
    );
  }
  return <Notice tone="bad" alert title={errorInWords(error)} />;
}
