import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from './password.ts';

export interface PersonInput {
  name: string;
  email: string;
  password: string;
}

/** E-mail addresses are kept in lower case, so that one person cannot exist twice. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** The first mistake by field, in words; null when there is none. */
export function personMistake(input: PersonInput): { field: keyof PersonInput; message: string } | null {
  if (input.name.trim() === '' || input.name.length > 120) {
    return { field: 'name', message: 'a name has 1 to 120 characters' };
  }
  if (!/^[^\s@]+@[^\s@]+$/.test(normalizeEmail(input.email)) || input.email.length > 254) {
    return { field: 'email', message: 'this is not an e-mail address' };
  }
  const password = passwordMistake(input.password);
  return password === null ? null : { field: 'password', message: password };
}

/** What is wrong with a password that somebody chooses, in words. Length alone counts (NIST SP 800-63B). */
export function passwordMistake({ length }: string): string | null {
  return length < PASSWORD_LENGTH_MIN || length > PASSWORD_LENGTH_MAX
    ? `a password has ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters`
    : null;
}
