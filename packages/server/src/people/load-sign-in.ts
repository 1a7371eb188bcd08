import type { SignIn, SignInDeps } from './sign-in.ts';

/** Sign-in, made at its first use. */
export type LoadSignIn = () => Promise<SignIn>;

/** Loading the library is a fifth of the server's start, and nobody can sign in before the server answers. */
export function loadSignIn(deps: SignInDeps): LoadSignIn {
  let made: Promise<SignIn> | null = null;
  return () => {
    made ??= import('./sign-in.ts').then(({ signInOf }) => signInOf(deps));
    return made;
  };
}
