import { useState } from 'react';
import type { Account } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { CheckBox } from '../../ui/check-box.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { AddressesField } from '../keys/addresses-field.tsx';
import { settingErrors, useSaveAccount } from './save-account.ts';

const PLACES_MAX = 64;

/** What is done about a key that is used in an unusual way, and which networks are one place. */
export function UnusualUse({ account, refusal }: { account: Account; refusal: string | null }) {
  const save = useSaveAccount('Unusual use of keys');
  const [draft, setDraft] = useState<Account['places'] | null>(null);
  const places = draft ?? account.places;
  const change = (at: number, part: Partial<Account['places'][number]>) =>
    setDraft(places.map((place, index) => (index === at ? { ...place, ...part } : place)));
  const { rest, fields } = settingErrors(save.error);
  const isWhole = places.every(({ name, cidrs }) => name.trim() !== '' && cidrs.length > 0);
  const why =
    draft === null ? 'Nothing is changed yet.' : isWhole ? null : 'A place has a name and a network.';
  return (
    <Panel title="Unusual use of keys">
      <div className="flex flex-col gap-5">
        <label className="flex items-start gap-2.5">
          <CheckBox
            className="mt-0.5"
            checked={account.quarantine}
            disabled={refusal !== null || save.isPending}
            onChange={(event) => save.mutate({ quarantine: event.target.checked })}
          />
          <span>
            Disable a key whose use looks like an attack
            <span className="block text-small text-soft">
              Only for what is hard to explain otherwise, such as two far places at once. You are told, and
              enable it again with one click. A key can say otherwise for itself.
            </span>
          </span>
        </label>
        <form
          aria-label="Places"
          className="flex flex-col gap-4 border-line border-t pt-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!why && !save.isPending) save.mutate({ places }, { onSuccess: () => setDraft(null) });
          }}
        >
          <p>
            Places
            <span className="block text-small text-soft">
              Networks that belong together, such as an office: moving between them is nothing new.
            </span>
          </p>
          {places.map((place, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place has no other identity while it is typed
            <div key={at} className="flex flex-col gap-3 rounded-control border border-line p-3">
              <TextField
                label="Name"
                value={place.name}
                disabled={refusal !== null}
                onChange={(event) => change(at, { name: event.target.value })}
                className="max-w-80"
              />
              <AddressesField
                label={`Networks of ${place.name.trim() || 'this place'}`}
                none="An address or a network, IPv4 or IPv6."
                value={place.cidrs}
                onChange={(cidrs) => change(at, { cidrs })}
              />
              <div>
                <Button
                  size="small"
                  disabledReason={refusal}
                  onClick={() => setDraft(places.filter((_, index) => index !== at))}
                >
                  Remove {place.name.trim() || 'this place'}
                </Button>
              </div>
            </div>
          ))}
          {(rest ?? fields.places) && <Notice tone="bad" alert title={(rest ?? fields.places)!} />}
          <div className="flex flex-wrap gap-2">
            <Button
              disabledReason={
                refusal ?? (places.length >= PLACES_MAX ? `At most ${PLACES_MAX} places.` : null)
              }
              onClick={() => setDraft([...places, { name: '', cidrs: [] }])}
            >
              Add a place
            </Button>
            <Button
              type="submit"
              look="primary"
              busy={save.isPending && 'Saving'}
              disabledReason={refusal ?? why}
            >
              Save places
            </Button>
          </div>
        </form>
      </div>
    </Panel>
  );
}
