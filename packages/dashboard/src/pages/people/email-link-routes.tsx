import { createLazyRoute, useRouteContext } from '@tanstack/react-router';
import { ForgotPasswordPage } from './forgot-password-page.tsx';
import { ResetPasswordPage } from './reset-password-page.tsx';
import { VerifyEmailPage } from './verify-email-page.tsx';

export const forgotPasswordRoute = createLazyRoute('/forgot-password')({ component: ForgotPasswordPage });

export const resetPasswordRoute = createLazyRoute('/reset-password')({
  component: function ResetPassword() {
    return <ResetPasswordPage token={useRouteContext({ from: '/reset-password' }).setupToken} />;
  },
});

export const verifyEmailRoute = createLazyRoute('/verify-email')({
  component: function VerifyEmail() {
    return <VerifyEmailPage token={useRouteContext({ from: '/verify-email' }).setupToken} />;
  },
});
