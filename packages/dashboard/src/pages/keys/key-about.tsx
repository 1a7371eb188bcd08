import { ENVIRONMENTS } from '@instavm/contract/states';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import type { ApiKey } from '../../api/types.ts';
import { Choice } from '../../ui/choice.tsx';
import { Facts } from '../../ui/facts.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { KeyPart, type KeyPartProps } from './key-part.tsx';
import { ENVIRONMENT_CHOICES } from './key-words.ts';

/** Who and what the key is for. */
export function KeyAbout(props: KeyPartProps) {
  const { apiKey } = props;
  return (
    <KeyPart
      {...props}
      title="About"
      form={({ draft, change, errors }) => (
        <>
          <TextField
            label="Label"
            value={draft.label}
            onChange={(event) => change({ label: event.target.value })}
            autoComplete="off"
            error={errors.label}
          />
          <Choice
            label="Environment"
            options={ENVIRONMENT_CHOICES}
            value={draft.environment}
            onChange={(environment) => change({ environment })}
          />
          {draft.environment !== (apiKey.environment ?? 'none') && (
            <Notice tone="warn" title="It sees other machines from then on">
              Machines that it made keep their environment, and leave its sight if that differs.
            </Notice>
          )}
          <TextField
            label="Owner"
            value={draft.owner}
            onChange={(event) => change({ owner: event.target.value })}
            autoComplete="off"
            error={errors.owner}
            hint="Whom to ask about it: a team or a person."
          />
          <TextArea
            label="Description"
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
            error={errors.description}
          />
        </>
      )}
    >
      <div className="flex flex-col gap-4">
        <Facts
          facts={[
            {
              name: 'Environment',
              value: apiKey.environment ? (
                <span title={ENVIRONMENTS[apiKey.environment].meaning}>
                  {ENVIRONMENTS[apiKey.environment].label}
                </span>
              ) : (
                'None: sees all'
              ),
            },
            { name: 'Owner', value: apiKey.owner ?? <Missing /> },
            { name: 'Belongs to', value: <Holder apiKey={apiKey} /> },
            { name: 'Number', value: `#${apiKey.id}` },
          ]}
        />
        {apiKey.description && (
          <p className="wrap-anywhere whitespace-pre-line text-soft">{apiKey.description}</p>
        )}
      </div>
    </KeyPart>
  );
}

const Missing = () => <span className="text-faint">Not named</span>;

/** The person or the service account whose role bounds the key. */
function Holder({ apiKey }: { apiKey: ApiKey }) {
  const { data: accounts } = useQuery(queries.serviceAccounts());
  const { data: person } = useQuery(queries.session());
  if (apiKey.service_account_id !== null) {
    const account = accounts?.find(({ id }) => id === apiKey.service_account_id);
    return account ? `${account.name} (service account)` : `Service account #${apiKey.service_account_id}`;
  }
  return Number(person?.id) === apiKey.user_id ? 'You' : `Member #${apiKey.user_id}`;
}
