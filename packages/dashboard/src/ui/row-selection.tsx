import { type KeyboardEvent, type MouseEvent, useRef } from 'react';
import { CheckBox } from './check-box.tsx';
import { rowRange, withRows } from './row-range.ts';

type Key = string | number;

export interface Selection<Row> {
  selected: ReadonlySet<Key>;
  onChange: (selected: ReadonlySet<Key>) => void;
  /** What the row is called, for its box. */
  nameOf: (row: Row) => string;
  /** Rows that cannot be chosen have no box. */
  canSelect: (row: Row) => boolean;
}

/**
 * Choosing rows of a table with mouse and keyboard. Space chooses, the arrows walk from box to box, and with
 * Shift held an arrow or a click takes along every row on the way.
 */
export function useRowBoxes<Row>(
  selection: Selection<Row> | undefined,
  rows: readonly Row[],
  rowKey: (row: Row) => Key,
) {
  const last = useRef<Key | null>(null);
  if (!selection) return null;
  const { selected, onChange, nameOf, canSelect } = selection;
  const keys = rows.filter(canSelect).map(rowKey);
  const chosen = keys.filter((key) => selected.has(key)).length;

  const choose = (key: Key, event: MouseEvent<HTMLInputElement>) => {
    const range = event.shiftKey ? rowRange(keys, last.current, key) : [key];
    last.current = key;
    onChange(withRows(selected, range, event.currentTarget.checked));
  };
  const walk = (key: Key, event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape' && selected.size > 0) return onChange(new Set());
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = keys[keys.indexOf(key) + step];
    if (next === undefined) return;
    boxOf(event.currentTarget, next)?.focus();
    last.current = next;
    if (event.shiftKey) onChange(withRows(selected, [key, next], true));
  };

  return {
    all: (
      <CheckBox
        aria-label={chosen === keys.length && chosen > 0 ? 'Choose none' : 'Choose all shown'}
        checked={chosen > 0 && chosen === keys.length}
        indeterminate={chosen > 0 && chosen < keys.length}
        disabled={keys.length === 0}
        onChange={(event) => onChange(withRows(selected, keys, event.target.checked))}
      />
    ),
    of: (row: Row) => {
      if (!canSelect(row)) return null;
      const key = rowKey(row);
      return (
        <CheckBox
          aria-label={`Choose ${nameOf(row)}`}
          data-row-box={key}
          checked={selected.has(key)}
          // Changes come through the click, which knows whether Shift is held; Space clicks too.
          onChange={() => {}}
          onClick={(event) => choose(key, event)}
          onKeyDown={(event) => walk(key, event)}
        />
      );
    },
    has: (row: Row) => selected.has(rowKey(row)),
  };
}

function boxOf(beside: HTMLElement, key: Key): HTMLElement | null {
  const boxes = beside.closest('table')?.querySelectorAll<HTMLElement>('[data-row-box]') ?? [];
  return [...boxes].find((box) => box.dataset.rowBox === String(key)) ?? null;
}
