import type { ApiKey } from '../../api/types.ts';
import { type Fact, Facts } from '../../ui/facts.tsx';
import { MomentField } from '../../ui/moment-field.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { addressInWords, clientInWords } from '../../words/last-used.ts';
import { ExpiryField } from './expiry-field.tsx';
import { KeyPart, type KeyPartProps } from './key-part.tsx';
import { LifeLine } from './life-line.tsx';
import { idleEnd } from './life-line-marks.ts';
import { IdleField } from './more-key-fields.tsx';

/** From when until when the key works. */
export function KeyLife(props: KeyPartProps) {
  const { apiKey } = props;
  return (
    <KeyPart
      {...props}
      title="Life"
      form={({ draft, change, errors }) => (
        <>
          <ExpiryField draft={draft} onChange={change} error={errors.expires_at} />
          <MomentField
            label="Not before"
            value={draft.notBefore}
            onChange={(notBefore) => change({ notBefore })}
            error={errors.not_before}
            {...(draft.notBefore ? {} : { hint: 'Refused until then. Empty: it works at once.' })}
          />
          <IdleField draft={draft} onChange={change} error={errors.idle_expiry_days} />
        </>
      )}
    >
      <div className="flex flex-col gap-5">
        <LifeLine apiKey={apiKey} />
        <Facts facts={factsOf(apiKey)} />
      </div>
    </KeyPart>
  );
}

function factsOf(key: ApiKey): Fact[] {
  const idle = idleEnd(key);
  const { address, client } = key.created_from;
  return [
    {
      name: 'Created',
      value: (
        <>
          <RelativeTime at={key.created_at} />
          {(address || client) && (
            <span className="block text-small text-soft">
              {clientInWords(client)}, {addressInWords(address)}
            </span>
          )}
        </>
      ),
    },
    { name: 'Expires', value: key.expires_at ? <RelativeTime at={key.expires_at} /> : 'Never' },
    {
      name: 'Ends when unused for',
      value:
        key.idle_expiry_days === null ? (
          'No limit'
        ) : (
          <>
            {key.idle_expiry_days === 1 ? '1 day' : `${key.idle_expiry_days} days`}
            {idle && !key.ended_at && (
              <span className="block text-small text-soft">
                that would be <RelativeTime at={idle} />
              </span>
            )}
          </>
        ),
    },
    ...(key.not_before ? [{ name: 'Not before', value: <RelativeTime at={key.not_before} /> }] : []),
  ];
}
