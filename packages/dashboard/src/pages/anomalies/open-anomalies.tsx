import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { AnomalyLine } from './anomaly-line.tsx';

/** What is unusual about the use of keys and was not looked into yet; nothing at all where there is nothing. */
export function OpenAnomalies({ keyId }: { keyId?: number }) {
  const { data } = useQuery(queries.anomalies());
  const open = data?.filter(({ api_key_id: id }) => keyId === undefined || id === keyId) ?? [];
  if (open.length === 0) return null;
  return (
    <section
      aria-label="Unusual use of keys"
      className="flex flex-col divide-y divide-warn-line rounded-control border border-warn-line bg-warn-soft px-3"
    >
      {open.map((anomaly) => (
        <AnomalyLine key={anomaly.id} anomaly={anomaly} named={keyId === undefined} />
      ))}
    </section>
  );
}
