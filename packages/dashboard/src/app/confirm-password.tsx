import { useMutation } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useId, useRef, useState } from 'react';
import { api } from '../api/client.ts';
import { ApiError, errorInWords } from '../api/errors.ts';
import { PasswordField } from '../pages/people/password-field.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';

type Confirmed = <Answer>(act: () => Promise<Answer>) => Promise<Answer>;

const ConfirmedContext = createContext<Confirmed>((act) => act());

/**
 * Runs an act; where the server wants a recent sign-in for it, asks for the password first and runs it again.
 * @throws the server's own refusal when the person turns away
 */
export const useConfirmed = () => use(ConfirmedContext);

/** The server wanted a recent sign-in and did not get it. */
export const isConfirmationRefused = (error: unknown) =>
  error instanceof ApiError && error.code === 'recent_sign_in_required';

export function ConfirmPasswordProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const waiting = useRef<((confirmed: boolean) => void)[]>([]);
  const settle = (confirmed: boolean) => {
    setOpen(false);
    for (const resolve of waiting.current.splice(0)) resolve(confirmed);
  };
  const confirmed = useCallback<Confirmed>(async (act) => {
    try {
      return await act();
    } catch (error) {
      if (!isConfirmationRefused(error)) throw error;
      setOpen(true);
      const isConfirmed = await new Promise<boolean>((resolve) => waiting.current.push(resolve));
      if (!isConfirmed) throw error;
      return act();
    }
  }, []);
  return (
    <ConfirmedContext value={confirmed}>
      {children}
      <ConfirmPasswordDialog open={open} onDone={() => settle(true)} onCancel={() => settle(false)} />
    </ConfirmedContext>
  );
}

function ConfirmPasswordDialog(props: { open: boolean; onDone: () => void; onCancel: () => void }) {
  const formId = useId();
  const confirm = useMutation({
    gcTime: 0,
    mutationFn: api.confirmPassword,
    onSuccess: () => props.onDone(),
  });
  const close = () => {
    confirm.reset();
    props.onCancel();
  };
  return (
    <Dialog
      open={props.open}
      onClose={close}
      title="Is it still you?"
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={confirm.isPending && 'Checking'}>
            Confirm
          </Button>
        </>
      }
    >
      <p className="text-soft">
        You gave your password a while ago. What shows a secret or lets somebody in needs it again.
      </p>
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (confirm.isPending) return;
          confirm.mutate(String(new FormData(event.currentTarget).get('password')));
        }}
      >
        <PasswordField
          name="password"
          autoComplete="current-password"
          required
          error={wrongPassword(confirm.error)}
        />
        {confirm.error && !wrongPassword(confirm.error) && (
          <Notice tone="bad" alert title={errorInWords(confirm.error)} />
        )}
      </form>
    </Dialog>
  );
}

function wrongPassword(error: Error | null): string | null {
  const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
  return refused ? 'That is not your password.' : null;
}
