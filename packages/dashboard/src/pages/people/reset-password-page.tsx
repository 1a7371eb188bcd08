import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { passwordRefusal, passwordRules } from '../../words/password.ts';
import { Frame } from './frame.tsx';
import { PasswordField } from './password-field.tsx';

/** Sets a new password by a link. `token` came in the address and was taken out of it before the first paint. */
export function ResetPasswordPage({ token }: { token: string | null }) {
  const queryClient = useQueryClient();
  const [password, setPassword] = useState('');
  const rules = passwordRules(password);
  const reset = useMutation({
    gcTime: 0,
    mutationFn: api.resetPassword,
    onSuccess: () => queryClient.setQueryData(queries.session().queryKey, null),
  });
  if (reset.isSuccess) {
    return (
      <Frame
        title="Your password is new"
        lead="Every sign-in of yours has ended, here and elsewhere. Your API keys go on working."
      >
        <div>
          <Link to={paths.signIn()} className={buttonClass('primary')}>
            Sign in
          </Link>
        </div>
      </Frame>
    );
  }
  const isUsedUp = reset.error instanceof ApiError && reset.error.status === 410;
  if (token === null || isUsedUp) {
    return (
      <Frame
        title={isUsedUp ? 'This link does not work any more' : 'Open the whole link'}
        lead={
          isUsedUp
            ? 'It was used, a newer one was sent, or its hour is over.'
            : 'The link ends with #token= and 43 characters. A reload of this page forgets it, so that nobody else finds it here: open the link once more.'
        }
      >
        <div>
          <Link to={paths.forgotPassword()} className={buttonClass()}>
            Ask for a new link
          </Link>
        </div>
      </Frame>
    );
  }
  return (
    <Frame title="Set a new password" lead="Every sign-in of yours ends with it. API keys stay as they are.">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!reset.isPending && !passwordRefusal(rules)) reset.mutate({ token, password });
        }}
      >
        <PasswordField
          label="New password"
          name="new-password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          rules={rules}
          required
          autoFocus
        />
        {reset.error && <Notice tone="bad" alert title={errorInWords(reset.error)} />}
        <div>
          <Button
            type="submit"
            look="primary"
            busy={reset.isPending && 'Setting'}
            disabledReason={passwordRefusal(rules)}
          >
            Set the password
          </Button>
        </div>
      </form>
    </Frame>
  );
}
