import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { queries } from '../../api/queries.ts';
import { Dot } from '../../ui/badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { addressInWords, clientInWords } from '../../words/last-used.ts';

/** Waits in the open for the key's first call, then tells who made it. Keeps its height, so nothing jumps. */
export function FirstCall({ id, hint }: { id: number; hint: string }) {
  const { data } = useQuery(queries.key(id));
  const use = data?.last_used;
  return (
    <p
      role="status"
      className={`flex min-h-11 flex-wrap items-center gap-x-3 gap-y-0.5 rounded-control border px-4 py-2 transition-colors duration-300 ${
        use ? 'border-good-line bg-good-soft' : 'border-line bg-surface'
      }`}
    >
      {use ? (
        <>
          <CircleCheck size={16} aria-hidden className="text-good" />
          <span className="font-medium text-good">This key works.</span>
          <span className="text-soft">
            First seen <RelativeTime at={use.at} /> from {addressInWords(use.address)},{' '}
            {clientInWords(use.client)}
            {use.route && (
              <>
                , <code>{use.route}</code>
              </>
            )}
          </span>
        </>
      ) : (
        <>
          <span className="flex w-4 justify-center">
            <Dot tone="brass" live />
          </span>
          <span>Waiting for this key's first call</span>
          <span className="text-faint">{hint}</span>
        </>
      )}
    </p>
  );
}
