import { Choice, type ChoiceOption } from '../../ui/choice.tsx';
import { MomentField } from '../../ui/moment-field.tsx';
import { useNow } from '../../ui/now.ts';
import { dateOnly } from '../../words/time.ts';
import { type Expiry, expiryOf, type KeyDraft } from './key-draft.ts';

const EXPIRY_CHOICES: ChoiceOption<Expiry>[] = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  {
    value: 'never',
    label: 'Never',
    hint: 'It works until you revoke it. Good for a server of yours, poor for a laptop.',
  },
  { value: 'at', label: 'On a date' },
];

interface ExpiryFieldProps {
  draft: KeyDraft;
  onChange: (change: Partial<KeyDraft>) => void;
  error?: string | null | undefined;
}

export function ExpiryField({ draft, onChange, error }: ExpiryFieldProps) {
  const now = useNow(60_000);
  const ends = expiryOf(draft, now);
  return (
    <div className="flex flex-col gap-3">
      <Choice
        label="Expires"
        options={EXPIRY_CHOICES}
        value={draft.expiry}
        onChange={(expiry) => onChange({ expiry, ...(expiry === 'at' ? { expiresAt: ends } : {}) })}
        hint={
          ends && draft.expiry !== 'at' ? `It is refused from ${dateOnly(Date.parse(ends))} on.` : undefined
        }
      />
      {draft.expiry === 'at' && (
        <MomentField
          label="Expires at"
          value={draft.expiresAt}
          onChange={(expiresAt) => onChange({ expiresAt })}
          error={error}
        />
      )}
      {draft.expiry !== 'at' && error && <p className="text-bad text-small">{error}</p>}
    </div>
  );
}
