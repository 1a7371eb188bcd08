import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { queries } from '../../api/queries.ts';
import { keyName } from '../keys/key-words.ts';

/** What started a machine: the name of its key, or the dashboard when it has none. */
export function useKeyLabel(): (id: number | null) => string {
  const { data: keys } = useQuery(queries.keys());
  return useCallback(
    (id) => {
      if (id === null) return 'Dashboard';
      const key = keys?.find((candidate) => candidate.id === id);
      return key ? keyName(key) : `Key ${id}`;
    },
    [keys],
  );
}
