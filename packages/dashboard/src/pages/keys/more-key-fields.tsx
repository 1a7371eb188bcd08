import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { Field, TextField } from '../../ui/field.tsx';
import { MomentField } from '../../ui/moment-field.tsx';
import { Select } from '../../ui/select.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { AddressesField } from './addresses-field.tsx';
import type { KeyDraft } from './key-draft.ts';

const FIELDS = [
  'allowed_cidrs',
  'not_before',
  'idle_expiry_days',
  'owner',
  'description',
  'service_account_id',
];

/** True for a field of the API that stands in this part of the form. */
export const isMoreField = (name: string) => FIELDS.includes(name);

interface MoreKeyFieldsProps {
  draft: KeyDraft;
  onChange: (change: Partial<KeyDraft>) => void;
  errors: Readonly<Record<string, string>>;
}

export function MoreKeyFields({ draft, onChange, errors }: MoreKeyFieldsProps) {
  return (
    <>
      <AddressesField
        value={draft.addresses}
        onChange={(addresses) => onChange({ addresses })}
        error={errors.allowed_cidrs}
      />
      <MomentField
        label="Not before"
        value={draft.notBefore}
        onChange={(notBefore) => onChange({ notBefore })}
        error={errors.not_before}
        {...(draft.notBefore ? {} : { hint: 'Refused until then. Empty: it works at once.' })}
      />
      <IdleField draft={draft} onChange={onChange} error={errors.idle_expiry_days} />
      <ServiceAccountField draft={draft} onChange={onChange} error={errors.service_account_id} />
      <TextField
        label="Owner"
        value={draft.owner}
        onChange={(event) => onChange({ owner: event.target.value })}
        autoComplete="off"
        error={errors.owner}
        hint="Whom to ask about it: a team or a person."
      />
      <TextArea
        label="Description"
        value={draft.description}
        onChange={(event) => onChange({ description: event.target.value })}
        error={errors.description}
        hint="Up to 1000 characters. Never the key itself."
      />
    </>
  );
}

interface PartProps {
  draft: KeyDraft;
  onChange: (change: Partial<KeyDraft>) => void;
  error: string | undefined;
}

export function IdleField({ draft, onChange, error }: PartProps) {
  return (
    <Field
      label="Ends when unused for"
      error={error}
      hint="A forgotten key ends by itself. Empty: it may lie unused."
    >
      {(given) => (
        <span className="flex items-center gap-2">
          <input
            {...given}
            inputMode="numeric"
            autoComplete="off"
            value={draft.idleDays}
            onChange={(event) => onChange({ idleDays: event.target.value })}
            className="h-8 w-20 rounded-control border border-edge bg-surface px-2.5 text-right aria-invalid:border-bad"
          />
          days
        </span>
      )}
    </Field>
  );
}

function ServiceAccountField({ draft, onChange, error }: PartProps) {
  const { data } = useQuery(queries.serviceAccounts());
  const accounts = data?.filter(({ status }) => status === 'active') ?? [];
  if (accounts.length === 0) return null;
  return (
    <Field
      label="Belongs to"
      error={error}
      hint="A key of a service account stays when people leave, and its role bounds what the key may do."
    >
      {(given) => (
        <Select
          {...given}
          className="max-w-80"
          value={draft.serviceAccountId ?? ''}
          onChange={(event) =>
            onChange({ serviceAccountId: event.target.value === '' ? null : Number(event.target.value) })
          }
          options={[
            { value: '', label: 'Me' },
            ...accounts.map(({ id, name }) => ({ value: String(id), label: `${name} (service account)` })),
          ]}
        />
      )}
    </Field>
  );
}
