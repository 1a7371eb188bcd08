import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { paths, safeNext } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Frame } from './frame.tsx';
import { PasswordField } from './password-field.tsx';

export function SignInPage({ next }: { next: string | undefined }) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const { data: isSignUpOpen = false } = useQuery(queries.signUpOpen());
  const signIn = useMutation({
    mutationFn: api.signIn,
    onSuccess: async () => {
      await queryClient.fetchQuery({ ...queries.session(), staleTime: 0 });
      router.history.push(safeNext(next));
    },
  });
  return (
    <Frame title="Sign in" lead={next ? 'Your session has ended, or this page is yours alone.' : undefined}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          if (signIn.isPending) return;
          signIn.mutate({ email: String(form.get('email')).trim(), password: String(form.get('password')) });
        }}
      >
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
        <PasswordField name="password" autoComplete="current-password" required />
        {signIn.error && <Notice tone="bad" alert title={refusalInWords(signIn.error)} />}
        <div>
          <Button type="submit" look="primary" busy={signIn.isPending && 'Signing in'}>
            Sign in
          </Button>
        </div>
      </form>
      <p className="text-small text-soft">
        <Link to={paths.forgotPassword()} className="font-medium text-ink underline underline-offset-2">
          Forgot the password?
        </Link>
      </p>
      {isSignUpOpen && (
        <p className="text-small text-soft">
          New here?{' '}
          <Link to={paths.signUp()} className="font-medium text-ink underline underline-offset-2">
            Create an account
          </Link>
        </p>
      )}
    </Frame>
  );
}

/** One text for an unknown e-mail and a wrong password, as the server's answer is one. */
function refusalInWords(error: Error): string {
  const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
  return refused ? 'E-mail or password is wrong. Check both, then try again.' : errorInWords(error);
}
