import { Check, Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { cx } from '../../ui/cx.ts';
import { Field, inputClass } from '../../ui/field.tsx';
import type { PasswordRule } from '../../words/password.ts';

interface PasswordFieldProps extends Omit<ComponentProps<'input'>, 'type'> {
  /** Where a form has more than one. */
  label?: string;
  rules?: PasswordRule[];
  error?: string | null | undefined;
}

/** A password that can be looked at; pasting from a password manager is welcome. */
export function PasswordField({ label = 'Password', rules, error, ...input }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field label={label} error={error} hint={rules && <RuleList rules={rules} />}>
      {(given) => (
        <span className="relative">
          <input
            {...input}
            {...given}
            type={shown ? 'text' : 'password'}
            className={cx(inputClass, 'pr-9')}
          />
          <button
            type="button"
            aria-label={shown ? 'Hide what I type' : 'Show what I type'}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="absolute top-1 right-1 flex size-6 items-center justify-center rounded-small text-soft hover:text-ink"
          >
            <Icon size={15} aria-hidden />
          </button>
        </span>
      )}
    </Field>
  );
}

function RuleList({ rules }: { rules: PasswordRule[] }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {rules.map((rule) => (
        <li key={rule.text} className={cx('flex items-center gap-1.5', rule.met && 'text-good')}>
          <Check size={13} aria-hidden className={rule.met ? '' : 'opacity-25'} />
          {rule.text}
          <span className="sr-only">{rule.met ? '(met)' : '(not yet met)'}</span>
        </li>
      ))}
    </ul>
  );
}
