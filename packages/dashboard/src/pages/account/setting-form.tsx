import { type ReactNode, useState } from 'react';
import { ApiError, errorInWords } from '../../api/errors.ts';
import type { Account } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Field, inputClass } from '../../ui/field.tsx';
import {
  boundsInWords,
  lengthInWords,
  NUMBER_SETTINGS,
  type NumberSettingName,
  readNumberSetting,
  type SettingName,
} from '../../words/account-settings.ts';
import { fieldProblem } from '../../words/field-problem.ts';
import { useSaveAccount } from './save-account.ts';

interface SettingProps {
  account: Account;
  /** Why nothing can be changed. */
  refusal: string | null;
}

export function NameSetting({ account, refusal }: SettingProps) {
  return (
    <SettingForm
      name="name"
      label="Name"
      stored={account.name}
      refusal={refusal}
      read={(text) =>
        text.trim() === '' ? { problem: 'An account has a name.' } : { value: text.trim(), problem: null }
      }
      hint="What everybody in it sees. Closing the account asks for it."
    />
  );
}

interface NumberSettingProps extends SettingProps {
  name: NumberSettingName;
  /** How things stand, after the meaning. */
  now: string | null;
}

export function NumberSetting({ name, account, refusal, now }: NumberSettingProps) {
  const { label, unit, meaning, empty } = NUMBER_SETTINGS[name];
  return (
    <SettingForm
      name={name}
      label={label}
      unit={unit}
      stored={String(account[name] ?? '')}
      refusal={refusal}
      read={(text) => readNumberSetting(name, text)}
      hint={(text) => {
        const length = lengthInWords(name, readNumberSetting(name, text).value ?? null);
        const bounds = `${boundsInWords(name)}${length ? `; ${length}` : ''}.`;
        return [meaning, now, bounds, empty].filter(Boolean).join(' ');
      }}
    />
  );
}

type Reading = { value: string | number | null; problem: null } | { value?: undefined; problem: string };

interface SettingFormProps {
  name: SettingName;
  label: string;
  unit?: string;
  stored: string;
  refusal: string | null;
  read: (text: string) => Reading;
  hint: ReactNode | ((text: string) => ReactNode);
}

/** One setting, saved by itself. */
function SettingForm({ name, label, unit, stored, refusal, read, hint }: SettingFormProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? stored;
  const { value, problem } = read(text);
  const save = useSaveAccount(label);
  const isChanged = text.trim() !== stored;
  const why = refusal ?? (isChanged ? problem : 'Nothing is changed yet.');
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending && !why) save.mutate({ [name]: value }, { onSuccess: () => setDraft(null) });
      }}
    >
      <Field
        label={label}
        hint={typeof hint === 'function' ? hint(text) : hint}
        error={(isChanged && problem) || serverProblem(save.error, name, label)}
      >
        {(given) => (
          <span className="flex flex-wrap items-center gap-2">
            <input
              {...given}
              name={name}
              autoComplete="off"
              disabled={refusal !== null}
              {...(unit && { inputMode: 'numeric' })}
              value={text}
              onChange={(event) => {
                save.reset();
                setDraft(event.target.value);
              }}
              className={cx(
                inputClass,
                'disabled:cursor-not-allowed disabled:bg-sunken disabled:text-soft',
                unit ? 'max-w-28 text-right' : 'max-w-80',
              )}
            />
            {unit}
            <Button
              type="submit"
              look={isChanged ? 'primary' : 'plain'}
              aria-label={`Save ${label.toLowerCase()}`}
              busy={save.isPending && 'Saving'}
              disabledReason={why}
            >
              Save
            </Button>
          </span>
        )}
      </Field>
    </form>
  );
}

/** Whatever the server refused, at the one field that was sent. */
function serverProblem(error: Error | null, name: SettingName, label: string): string | null {
  if (!error) return null;
  const problem = error instanceof ApiError ? error.fields[name] : undefined;
  return problem ? fieldProblem(name === 'name' ? 'The name' : label, problem) : errorInWords(error);
}
