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
import { passwordRefusal, passwordRules } from '../../words/password.ts';
import { PasswordField } from './password-field.tsx';

interface AcceptInvitationFormProps {
  token: string;
  /** Of somebody new a name and a password, of a known person the password, of who is signed in nothing. */
  needs: 'person' | 'password' | 'nothing';
}

export function AcceptInvitationForm({ token, needs }: AcceptInvitationFormProps) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const rules = passwordRules(password);
  const accept = useMutation({
    mutationFn: () =>
      api.acceptInvitation({
        token,
        ...(needs === 'person' && { name: name.trim() }),
        ...(needs !== 'nothing' && { password }),
      }),
    onSuccess: async ({ user }) => {
      // Whatever was seen in another account is of no use in this one.
      queryClient.clear();
      queryClient.setQueryData(queries.session().queryKey, user);
      await router.navigate({ to: paths.home() });
    },
  });
  const fields = accept.error instanceof ApiError ? accept.error.fields : {};
  const refusal = needs === 'person' ? passwordRefusal(rules) : null;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!accept.isPending) accept.mutate();
      }}
    >
      {needs === 'person' && (
        <TextField
          label="Name"
          name="name"
          autoComplete="name"
          required
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={fields.name}
        />
      )}
      {needs !== 'nothing' && (
        <PasswordField
          name="password"
          autoComplete={needs === 'person' ? 'new-password' : 'current-password'}
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          {...(needs === 'person' && { rules })}
          error={fields.password}
        />
      )}
      {accept.error && <Notice tone="bad" alert title={errorInWords(accept.error)} />}
      <div>
        <Button type="submit" look="primary" busy={accept.isPending && 'Joining'} disabledReason={refusal}>
          Accept and join
        </Button>
      </div>
    </form>
  );
}
