export interface Sort {
  by: string;
  descending: boolean;
}

/** `last_used` or `-last_used`, as it stands in the address. */
export function parseSort(text: string): Sort {
  return text.startsWith('-') ? { by: text.slice(1), descending: true } : { by: text, descending: false };
}

export const sortText = (sort: Sort) => (sort.descending ? `-${sort.by}` : sort.by);

/** A sorted copy. Rows without a value come last in both directions. */
export function sortRows<Row>(
  rows: readonly Row[],
  value: ((row: Row) => string | number | null) | undefined,
  descending: boolean,
): Row[] {
  if (!value) return [...rows];
  const turn = descending ? -1 : 1;
  return [...rows].sort((left, right) => {
    const a = value(left);
    const b = value(right);
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'string' && typeof b === 'string')
      return turn * a.localeCompare(b, 'en', { numeric: true });
    return turn * (Number(a) - Number(b));
  });
}

/** Rows as a table with these columns sorts them. */
export function sortByColumn<Row>(
  rows: readonly Row[],
  columns: readonly { id: string; sortBy?: (row: Row) => string | number | null }[],
  { by, descending }: Sort,
): Row[] {
  return sortRows(rows, columns.find(({ id }) => id === by)?.sortBy, descending);
}
