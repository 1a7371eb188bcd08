/** The keys of the rows from one to the other, both included, whichever comes first in the table. */
export function rowRange<Key>(keys: readonly Key[], from: Key | null, to: Key): Key[] {
  const [start, end] = [keys.indexOf(from as Key), keys.indexOf(to)];
  if (start === -1 || end === -1) return [to];
  return keys.slice(Math.min(start, end), Math.max(start, end) + 1);
}

/** A copy of the selection with these rows in it, or out of it. */
export function withRows<Key>(selected: ReadonlySet<Key>, keys: Iterable<Key>, isIn: boolean): Set<Key> {
  const next = new Set(selected);
  for (const key of keys) {
    if (isIn) next.add(key);
    else next.delete(key);
  }
  return next;
}
