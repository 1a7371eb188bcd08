import { useState } from 'react';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { wholeProblem } from '../../words/field-problem.ts';
import { passwordRules } from '../../words/password.ts';
import { PasswordField } from './password-field.tsx';

interface SignUpFormProps {
  error: Error | null;
  busy: boolean;
  onSubmit: (person: { name: string; email: string; password: string }) => void;
}

export function SignUpForm({ error, busy, onSubmit }: SignUpFormProps) {
  const [person, setPerson] = useState({ name: '', email: '', password: '' });
  const rules = passwordRules(person.password);
  const isWeak = !rules.every((rule) => rule.met);
  const fields = error instanceof ApiError ? error.fields : {};
  const problem = (name: string) => fields[name] && wholeProblem(fields[name]);
  const set = (name: keyof typeof person) => (event: React.ChangeEvent<HTMLInputElement>) =>
    setPerson({ ...person, [name]: event.target.value });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy || isWeak) return;
        onSubmit({ ...person, name: person.name.trim(), email: person.email.trim() });
      }}
    >
      <TextField
        label="Name"
        name="name"
        autoComplete="name"
        required
        maxLength={120}
        value={person.name}
        onChange={set('name')}
        error={problem('name')}
      />
      <TextField
        label="E-mail"
        name="email"
        type="email"
        maxLength={254}
        autoComplete="username"
        required
        value={person.email}
        onChange={set('email')}
        error={problem('email')}
        hint="You sign in with it. No mail is sent."
      />
      <PasswordField
        name="password"
        autoComplete="new-password"
        required
        value={person.password}
        onChange={set('password')}
        rules={rules}
        error={problem('password')}
      />
      {error && Object.keys(fields).length === 0 && <Notice tone="bad" alert title={errorInWords(error)} />}
      <div>
        <Button
          type="submit"
          look="primary"
          busy={busy && 'Creating'}
          disabledReason={isWeak ? 'The password does not meet its rules yet.' : null}
        >
          Create account
        </Button>
      </div>
    </form>
  );
}
