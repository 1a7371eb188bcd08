import type { ApiKey } from '../../api/types.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { addressInWords, clientInWords } from '../../words/last-used.ts';

/** Where the old key lives, as far as its last call tells: that is where the new one belongs. */
export function PutInPlace({ old }: { old: ApiKey }) {
  const { last_used: use } = old;
  if (!use) {
    return (
      <p className="text-soft">The old key was never used: put the new one where you meant that to be.</p>
    );
  }
  return (
    <p>
      Replace the old key where it is used. Its last call came <RelativeTime at={use.at} /> from{' '}
      <strong className="font-semibold">{addressInWords(use.address)}</strong>, by{' '}
      <strong className="font-semibold">{clientInWords(use.client)}</strong>
      {use.route && (
        <>
          , <code>{use.route}</code>
        </>
      )}
      .
    </p>
  );
}
