import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Frame } from './frame.tsx';
import { SignUpForm } from './sign-up-form.tsx';

/** For people who come by themselves, where the server lets them. */
export function SignUpPage() {
  const { data: open } = useSuspenseQuery(queries.signUpOpen());
  const signUp = useMutation({ gcTime: 0, mutationFn: api.signUp });
  if (!open) {
    return (
      <Frame
        title="Nobody signs up here"
        lead="People join this server by invitation. Ask an owner of an account for one."
      >
        <WayToSignIn />
      </Frame>
    );
  }
  if (signUp.isSuccess) {
    return (
      <Frame
        title="Now sign in"
        lead="If this e-mail was free, it is yours here, with the password that you chose. Whether it was is told to nobody: if signing in fails, somebody had it before."
      >
        <WayToSignIn />
      </Frame>
    );
  }
  return (
    <Frame
      title="Create an account"
      lead="You get an account of your own and are its owner. To join somebody else's, ask them for an invitation instead."
    >
      <SignUpForm error={signUp.error} busy={signUp.isPending} onSubmit={(person) => signUp.mutate(person)} />
      <p className="text-small text-soft">
        You are here already?{' '}
        <Link to={paths.signIn()} className="font-medium text-ink underline underline-offset-2">
          Sign in
        </Link>
      </p>
    </Frame>
  );
}

function WayToSignIn() {
  return (
    <div>
      <Link to={paths.signIn()} className={buttonClass('primary')}>
        Sign in
      </Link>
    </div>
  );
}
