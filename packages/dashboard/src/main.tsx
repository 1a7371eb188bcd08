import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/errors.ts';
import { createQueryClient, queries } from './api/queries.ts';
import { ConfirmPasswordProvider } from './app/confirm-password.tsx';
import { takeSetupToken } from './pages/people/setup-token.ts';
import { createAppRouter } from './router.tsx';
import './styles/app.css';
import { ShortcutProvider } from './ui/shortcuts.tsx';
import { ToastProvider } from './ui/toast.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';

const setupToken = takeSetupToken(window.location, window.history);

const queryClient = createQueryClient(() => {
  // Only the end of a session is news; before one began, the routes ask by themselves.
  if (!queryClient.getQueryData(queries.session().queryKey)) return;
  queryClient.setQueryData(queries.session().queryKey, null);
  void router.invalidate();
});

const router = createAppRouter({ queryClient, setupToken });

const onCaughtError = (error: unknown) => {
  // The server's refusals are shown on the page; the console is for our own mistakes.
  if (!(error instanceof ApiError)) console.error(error);
};

createRoot(document.getElementById('root')!, { onCaughtError }).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <TooltipProvider delayDuration={250}>
        <ShortcutProvider>
          <ToastProvider>
            <ConfirmPasswordProvider>
              <RouterProvider router={router} />
            </ConfirmPasswordProvider>
          </ToastProvider>
        </ShortcutProvider>
      </TooltipProvider>
    </QueryClientProvider>
  </StrictMode>,
);
