import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { passwordRules } from '../../words/password.ts';
import { PasswordField } from './password-field.tsx';

export function FirstPersonForm({ token, onWrongToken }: { token: string; onWrongToken: () => void }) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const [person, setPerson] = useState({ name: '', email: '', password: '' });
  const rules = passwordRules(person.password);
  const create = useMutation({
    mutationFn: () =>
      api.createFirstPerson({ token, ...person, name: person.name.trim(), email: person.email.trim() }),
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
  const set = (name: keyof typeof person) => (event: React.ChangeEvent<HTMLInputElement>) =>
    setPerson({ ...person, [name]: event.target.value });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!create.isPending) create.mutate();
      }}
    >
      <TextField
        label="Name"
        name="name"
        autoComplete="name"
        required
        maxLength={120}
        value={person.name}
        onChange={set('name')}
        error={fields.name}
      />
      <TextField
        label="E-mail"
        name="email"
        type="email"
        maxLength={254}
        autoComplete="username"
        required
        value={person.email}
        onChange={set('email')}
        error={fields.email}
        hint="You sign in with it. No mail is sent."
      />
      <PasswordField
        name="password"
        autoComplete="new-password"
        required
        value={person.password}
        onChange={set('password')}
        rules={rules}
        error={fields.password}
      />
      {failure && <Failure error={failure} onWrongToken={onWrongToken} />}
      <div>
        <Button
          type="submit"
          look="primary"
          busy={create.isPending && 'Setting up'}
          disabledReason={
            rules.every((rule) => rule.met) ? null : 'The password does not meet its rules yet.'
          }
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
