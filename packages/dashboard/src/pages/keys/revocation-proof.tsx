import type { RevokedApiKey } from '../../api/types.ts';
import { Facts } from '../../ui/facts.tsx';
import { Notice } from '../../ui/notice.tsx';
import { exactTime } from '../../words/time.ts';

/** What the server answered: since when the key is refused, and by how many of its processes. */
export function RevocationProof({ proof }: { proof: RevokedApiKey }) {
  const [confirmed, all] = proof.nodes_confirmed.split('/');
  return (
    <>
      <Notice tone={confirmed === all ? 'good' : 'warn'} alert title="The server confirms it">
        {confirmed === all
          ? 'Every process that checks keys refuses this one now.'
          : 'Not every process has answered yet. The others refuse it as soon as they are reached.'}
      </Notice>
      <Facts
        facts={[
          {
            name: 'Refused since',
            value: <time dateTime={proof.effective_at}>{exactTime(Date.parse(proof.effective_at))}</time>,
          },
          { name: 'Confirmed by', value: `${proof.nodes_confirmed} processes` },
        ]}
      />
    </>
  );
}
