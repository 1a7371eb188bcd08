import { AddressesField } from './addresses-field.tsx';
import { KeyPart, type KeyPartProps } from './key-part.tsx';

/** Where the key may be used from. */
export function KeyAddresses(props: KeyPartProps) {
  const { allowed_cidrs: list, last_used } = props.apiKey;
  return (
    <KeyPart
      {...props}
      title="Where it works"
      form={({ draft, change, errors }) => (
        <AddressesField
          value={draft.addresses}
          onChange={(addresses) => change({ addresses })}
          seenFrom={last_used?.address}
          error={errors.allowed_cidrs}
        />
      )}
    >
      {list === null || list.length === 0 ? (
        <p>
          From everywhere.{' '}
          <span className="text-soft">A list of addresses makes a stolen key worthless.</span>
        </p>
      ) : (
        <>
          <p className="mb-2 text-soft">Only from these addresses:</p>
          <ul className="flex flex-wrap gap-1.5">
            {list.map((network) => (
              <li
                key={network}
                className="inline-flex h-7 items-center rounded-control border border-line bg-sunken px-2.5 text-small"
              >
                <code className="wrap-anywhere">{network}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </KeyPart>
  );
}
