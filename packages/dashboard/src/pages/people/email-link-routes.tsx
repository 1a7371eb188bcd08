import { createLazyRoute, useRouteContext } from '@tanstack/react-router';
import { ForgotPasswordPage } from './forgot-password-page.tsx';
import { ResetPasswordPage } from './reset-password-page.tsx';
import { useLinkToken } from './use-link-token.ts';
import { VerifyEmailPage } from './verify-email-page.tsx';

export const forgotPasswordRoute = createLazyRoute('/forgot-password')({ component: ForgotPasswordPage });

export const resetPasswordRoute = createLazyRoute('/reset-password')({
  component: function ResetPassword() {
    const { token, opened } = useLinkToken(useRouteContext({ from: '/reset-password' }).setupToken);
    // A link is a new attempt.
    return <ResetPasswordPage key={opened} token={token} />;
  },
});

export const verifyEmailRoute = createLazyRoute('/verify-email')({
  component: function VerifyEmail() {
    const { token, opened } = useLinkToken(useRouteContext({ from: '/verify-email' }).setupToken);
    return <VerifyEmailPage key={opened} token={token} />;
  },
});
