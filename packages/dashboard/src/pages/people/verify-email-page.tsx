import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { paths } from '../../paths.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Frame } from './frame.tsx';

/** Proves an e-mail by a link. Only a click uses it up: programs that look into links in mails do not. */
export function VerifyEmailPage({ token }: { token: string | null }) {
  const verify = useMutation({ mutationFn: api.verifyEmail });
  if (verify.isSuccess || token === null) {
    return (
      <Frame
        title={verify.isSuccess ? 'This e-mail is yours' : 'Open the whole link'}
        lead={
          verify.isSuccess
            ? 'Mail about your keys is sent to it.'
            : 'The link ends with #token= and 43 characters. A reload of this page forgets it: open the link once more.'
        }
      >
        <div>
          <Link to={paths.home()} className={buttonClass('primary')}>
            Go on
          </Link>
        </div>
      </Frame>
    );
  }
  return (
    <Frame title="Confirm your e-mail" lead="It shows that mail to this address reaches you.">
      {verify.error && <Notice tone="bad" alert title={errorInWords(verify.error)} />}
      <div>
        <Button look="primary" busy={verify.isPending && 'Confirming'} onClick={() => verify.mutate(token)}>
          Confirm this e-mail
        </Button>
      </div>
    </Frame>
  );
}
