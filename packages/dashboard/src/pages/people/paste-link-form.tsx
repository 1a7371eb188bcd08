import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { readSetupToken } from './setup-token.ts';

/** For a link that was copied, and for a page that was reloaded: the token does not outlive that. */
export function PasteLinkForm({ onToken }: { onToken: (token: string) => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const token = readSetupToken(String(new FormData(event.currentTarget).get('link')));
        if (token) onToken(token);
        else setProblem('That holds no set-up token. The link ends with #token= and 43 characters.');
      }}
    >
      <TextField
        label="Set-up link"
        name="link"
        placeholder={`${window.location.origin}/first-run#token=…`}
        autoComplete="off"
        spellCheck={false}
        error={problem}
        hint="The line in the terminal that begins with http and holds first-run. A restart of the server prints it again."
        className="font-mono text-small"
      />
      <div>
        <Button type="submit" look="primary">
          Continue
        </Button>
      </div>
    </form>
  );
}
