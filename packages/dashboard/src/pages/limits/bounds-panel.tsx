import { type ReactNode, useState } from 'react';
import { EditPanel } from '../../ui/edit-panel.tsx';
import { Notice } from '../../ui/notice.tsx';
import { AmountField } from './amount-field.tsx';
import { AMOUNTS, type AmountName } from './amounts.ts';
import { type BoundsDraft, type BoundsRecord, boundsDraftOf, readBounds } from './bounds-draft.ts';
import { BoundsFacts } from './bounds-facts.tsx';
import { RateLimitField } from './rate-limit-field.tsx';

export interface RateField {
  label: string;
  /** What `null` is: what it follows, or that there is none. */
  inherit: { label: string; hint: string } | null;
}

interface BoundsPanelProps<Rate extends string, Amount extends AmountName> {
  title: string;
  record: NoInfer<BoundsRecord<Rate, Amount>>;
  rates: Record<Rate, RateField>;
  amounts: readonly Amount[];
  /** What an empty number means here. */
  empty: string;
  refusal: string | null;
  saving: boolean;
  /** The server's refusal, by field and the rest. */
  errors: { fields: Readonly<Record<string, string>>; rest: string | null };
  /** Leaves the form when it is done. */
  onSave: (changes: Partial<BoundsRecord<Rate, Amount>>, done: () => void) => void;
  onLeave?: () => void;
  editing?: boolean;
  onEdit?: (editing: boolean) => void;
  /** Beside the facts. */
  children?: ReactNode;
}

/** Limits, quotas or times: shown, or edited and saved together. Only what was changed is sent. */
export function BoundsPanel<Rate extends string, Amount extends AmountName>(
  props: BoundsPanelProps<Rate, Amount>,
) {
  const { title, record, rates, amounts, empty, refusal, saving, errors } = props;
  const [draft, setDraft] = useState<BoundsDraft<Rate, Amount> | null>(null);
  const [isOpen, setOpen] = useState(false);
  const editing = props.editing ?? isOpen;
  const rateNames = Object.keys(rates) as Rate[];
  const shown = draft ?? boundsDraftOf(record, rateNames, amounts);
  const { changes, problems } = readBounds(shown, record);
  const edit = (next: boolean) => {
    if (!next) {
      setDraft(null);
      props.onLeave?.();
    }
    setOpen(next);
    props.onEdit?.(next);
  };
  const nothing = Object.keys(changes).length === 0 ? 'Nothing is changed yet.' : null;
  return (
    <EditPanel
      title={title}
      editing={editing && refusal === null}
      onEdit={edit}
      refusal={refusal}
      onSave={() => props.onSave(changes, () => edit(false))}
      saving={saving}
      saveRefusal={Object.values(problems)[0] ?? nothing}
      form={
        <>
          {rateNames.map((name) => (
            <RateLimitField
              key={name}
              label={rates[name].label}
              inherit={rates[name].inherit}
              draft={shown.rates[name]}
              onChange={(rate) => setDraft({ ...shown, rates: { ...shown.rates, [name]: rate } })}
              error={errors.fields[name]}
            />
          ))}
          {amounts.map((name) => (
            <AmountField
              key={name}
              label={AMOUNTS[name].label}
              unit={AMOUNTS[name].unit}
              value={shown.amounts[name]}
              onChange={(text) => setDraft({ ...shown, amounts: { ...shown.amounts, [name]: text } })}
              hint={`${AMOUNTS[name].meaning} ${empty}`}
              error={problems[name] ?? errors.fields[name]}
            />
          ))}
          {errors.rest && <Notice tone="bad" alert title={errors.rest} />}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <BoundsFacts record={record} rates={rates} amounts={amounts} />
        {props.children}
      </div>
    </EditPanel>
  );
}
