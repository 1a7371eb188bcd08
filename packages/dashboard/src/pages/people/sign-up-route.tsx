import { createLazyRoute } from '@tanstack/react-router';
import { SignUpPage } from './sign-up-page.tsx';

export const signUpRoute = createLazyRoute('/sign-up')({ component: SignUpPage });
