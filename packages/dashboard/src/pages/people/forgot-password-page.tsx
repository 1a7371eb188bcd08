import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Frame } from './frame.tsx';

/** The way to a new password: by mail where the server sends some, else by its operator. */
export function ForgotPasswordPage() {
  const { data: byMail } = useSuspenseQuery(queries.resetByMail());
  const ask = useMutation({ mutationFn: api.forgotPassword });
  if (!byMail) {
    return (
      <Frame
        title="Ask the operator for a link"
        lead="This server sends no mail. Whoever runs it makes a link for you, which sets a new password once."
      >
        <div className="rounded-panel border border-line bg-surface">
          <CodeBlock
            code="npm run -s instavmd -- users reset-link --email you@example.org"
            label="the operator's line"
            caption="For the operator's terminal"
          />
        </div>
        <BackToSignIn />
      </Frame>
    );
  }
  if (ask.isSuccess) {
    return (
      <Frame
        title="Look into your mail"
        lead="If somebody here has this e-mail, a link is on its way to it. It works once, for an hour, and only the newest does."
      >
        <BackToSignIn />
      </Frame>
    );
  }
  return (
    <Frame title="New password" lead="A link to set a new password is sent to your e-mail.">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const email = String(new FormData(event.currentTarget).get('email')).trim();
          if (!ask.isPending) ask.mutate(email);
        }}
      >
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
        {ask.error && <Notice tone="bad" alert title={errorInWords(ask.error)} />}
        <div>
          <Button type="submit" look="primary" busy={ask.isPending && 'Asking'}>
            Send the link
          </Button>
        </div>
      </form>
      <BackToSignIn />
    </Frame>
  );
}

function BackToSignIn() {
  return (
    <p className="text-small text-soft">
      <Link to={paths.signIn()} className="font-medium text-ink underline underline-offset-2">
        Back to signing in
      </Link>
    </p>
  );
}
