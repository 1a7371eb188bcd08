import { TextField } from '../../ui/field.tsx';
import { passwordRules } from '../../words/password.ts';
import { PasswordField } from './password-field.tsx';

export interface NewPerson {
  name: string;
  email: string;
  password: string;
}

export const NOBODY: NewPerson = { name: '', email: '', password: '' };

/** As it is sent. */
export const trimmed = (person: NewPerson): NewPerson => ({
  ...person,
  name: person.name.trim(),
  email: person.email.trim(),
});

interface PersonFieldsProps {
  person: NewPerson;
  onChange: (person: NewPerson) => void;
  /** What is wrong with a field, in a sentence. */
  problemOf: (name: keyof NewPerson) => string | null | undefined;
}

/** Who somebody new is, and the password that they choose. */
export function PersonFields({ person, onChange, problemOf }: PersonFieldsProps) {
  const set = (name: keyof NewPerson) => (event: React.ChangeEvent<HTMLInputElement>) =>
    onChange({ ...person, [name]: event.target.value });
  return (
    <>
      <TextField
        label="Name"
        name="name"
        autoComplete="name"
        required
        maxLength={120}
        value={person.name}
        onChange={set('name')}
        error={problemOf('name')}
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
        error={problemOf('email')}
        hint="You sign in with it. No mail is sent."
      />
      <PasswordField
        name="password"
        autoComplete="new-password"
        required
        value={person.password}
        onChange={set('password')}
        rules={passwordRules(person.password)}
        error={problemOf('password')}
      />
    </>
  );
}
