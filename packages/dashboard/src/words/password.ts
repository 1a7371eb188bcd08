/** As the server has them: `PASSWORD_LENGTH_MIN` and `PASSWORD_LENGTH_MAX`, in UTF-16 units. */
export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 128;

export interface PasswordRule {
  text: string;
  met: boolean;
}

/**
 * The rules of a password, each with whether it is met. Length alone, as NIST SP 800-63B asks: rules about
 * kinds of characters make passwords weaker, not stronger.
 */
export function passwordRules(password: string): PasswordRule[] {
  const { length } = password;
  return [
    { text: `At least ${PASSWORD_MIN} characters`, met: length >= PASSWORD_MIN },
    {
      text: `At most ${PASSWORD_MAX}; spaces and any script are welcome`,
      met: length > 0 && length <= PASSWORD_MAX,
    },
  ];
}

/** Why a form with this new password cannot be sent yet; null when it can. */
export function passwordRefusal(rules: readonly { met: boolean }[]): string | null {
  return rules.every(({ met }) => met) ? null : 'The password does not meet its rules yet.';
}
