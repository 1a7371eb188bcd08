import { useState } from 'react';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { wholeProblem } from '../../words/field-problem.ts';
import { passwordRefusal, passwordRules } from '../../words/password.ts';
import { type NewPerson, NOBODY, PersonFields, trimmed } from './person-fields.tsx';

interface SignUpFormProps {
  error: Error | null;
  busy: boolean;
  onSubmit: (person: NewPerson) => void;
}

export function SignUpForm({ error, busy, onSubmit }: SignUpFormProps) {
  const [person, setPerson] = useState(NOBODY);
  const refusal = passwordRefusal(passwordRules(person.password));
  const fields = error instanceof ApiError ? error.fields : {};
  const problem = (name: string) => fields[name] && wholeProblem(fields[name]);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && !refusal) onSubmit(trimmed(person));
      }}
    >
      <PersonFields person={person} onChange={setPerson} problemOf={problem} />
      {error && Object.keys(fields).length === 0 && <Notice tone="bad" alert title={errorInWords(error)} />}
      <div>
        <Button type="submit" look="primary" busy={busy && 'Creating'} disabledReason={refusal}>
          Create account
        </Button>
      </div>
    </form>
  );
}
