export interface MachinesSearch {
  q: string;
  show: 'running' | 'all';
  sort: string;
}

export const MACHINES_SEARCH: MachinesSearch = { q: '', show: 'running', sort: '-created' };

export function readMachinesSearch(given: Record<string, unknown>): MachinesSearch {
  const sort = String(given.sort ?? MACHINES_SEARCH.sort);
  return {
    q: given.q === undefined ? '' : String(given.q),
    show: given.show === 'all' ? 'all' : 'running',
    sort: /^-?[a-z_]+$/.test(sort) ? sort : MACHINES_SEARCH.sort,
  };
}
