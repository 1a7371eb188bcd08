import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import { type Selection, useRowBoxes } from './row-selection.tsx';
import type { Sort } from './sort.ts';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Absent where sorting would mean nothing. */
  sortBy?: (row: Row) => string | number | null;
  align?: 'right';
  /** The cell that names the row: first line of its card, header of its row. */
  names?: true;
  /** The cell of actions: no visible heading. */
  actions?: true;
  /** Left out of a table that is narrow for it. Cards have it. */
  roomy?: true;
}

interface DataTableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string | number;
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** A row that no longer counts is shown fainter. */
  faded?: (row: Row) => boolean;
  /** Absent where nothing can be done with several rows at once. */
  selection?: Selection<Row>;
}

/** Rows drawn at once: more would make a page slow that nobody reads to its end. */
const ROWS_DRAWN = 100;

/** A table where there is room for one, a list of cards where there is not. Roles are said aloud because cards undo them. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows: allRows, rowKey, sort, onSort, faded, selection } = props;
  const [drawn, setDrawn] = useState(ROWS_DRAWN);
  const rows = allRows.slice(0, drawn);
  const boxes = useRowBoxes(selection, rows, rowKey);
  return (
    <div className="@container flex flex-col items-center gap-3">
      {/* biome-ignore-start lint/a11y/noRedundantRoles: display: block takes the built-in roles away */}
      <table role="table" aria-label={label} className="block w-full border-collapse text-left @4xl:table">
        <thead role="rowgroup" className="hidden @4xl:table-header-group">
          <tr role="row" className="border-line border-b">
            {boxes && <td className="w-7 py-1 align-middle [&_input]:block">{boxes.all}</td>}
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} flush={!boxes} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="grid gap-2 @2xl:grid-cols-2 @4xl:table-row-group">
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              role="row"
              className={cx(
                'relative grid grid-cols-[7.5rem_minmax(0,1fr)] content-start gap-y-1.5 rounded-panel border p-3.5',
                '@4xl:table-row @4xl:rounded-none @4xl:border-x-0 @4xl:border-t-0 @4xl:border-line',
                boxes?.has(row)
                  ? 'border-brass-line bg-brass-soft'
                  : 'border-line bg-surface @4xl:bg-transparent @4xl:hover:bg-hover',
                faded?.(row) && 'text-faint',
              )}
            >
              {boxes && (
                <td
                  role="cell"
                  className="absolute top-3.5 right-3.5 @4xl:static @4xl:table-cell @4xl:w-7 @4xl:py-2 @4xl:align-middle [&_input]:block"
                >
                  {boxes.of(row)}
                </td>
              )}
              {columns.map((column) => (
                <Cell key={column.id} column={column} row={row} flush={!boxes} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: as above */}
      {allRows.length > drawn && (
        <Button onClick={() => setDrawn(drawn + ROWS_DRAWN)}>
          Show {Math.min(ROWS_DRAWN, allRows.length - drawn)} more of {allRows.length}
        </Button>
      )}
    </div>
  );
}

interface CellProps<Row> {
  column: Column<Row>;
  row: Row;
  /** The table begins with this column: it needs no distance from the left. */
  flush: boolean;
}

function Cell<Row>({ column, row, flush }: CellProps<Row>) {
  const Tag = column.names ? 'th' : 'td';
  const whole = column.names || column.actions;
  return (
    <Tag
      role={column.names ? 'rowheader' : 'cell'}
      scope={column.names ? 'row' : undefined}
      className={cx(
        column.roomy ? '@4xl:hidden @min-[60rem]:table-cell' : '@4xl:table-cell',
        '@4xl:px-3 @4xl:py-2 @4xl:align-middle @4xl:last:pr-0',
        flush ? '@4xl:first:pl-0' : column.names && '@4xl:pl-0',
        whole ? 'col-span-2' : 'col-span-2 grid grid-cols-subgrid',
        column.names && 'pr-8 pb-1 font-normal',
        column.actions && 'flex flex-wrap gap-2 pt-2 @4xl:text-right',
        column.align === 'right' && '@4xl:text-right',
      )}
    >
      {!whole && (
        <span className="text-faint text-small @4xl:hidden" aria-hidden>
          {column.header}
        </span>
      )}
      <div className="min-w-0">{column.cell(row)}</div>
    </Tag>
  );
}

interface HeaderCellProps<Row> {
  column: Column<Row>;
  sort: Sort;
  onSort: (sort: Sort) => void;
  flush: boolean;
}

function HeaderCell<Row>({ column, sort, onSort, flush }: HeaderCellProps<Row>) {
  const active = sort.by === column.id;
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : undefined}
      className={cx(
        'h-9 whitespace-nowrap px-3 font-medium text-faint text-small last:pr-0',
        flush ? 'first:pl-0' : column.names && 'pl-0',
        column.align === 'right' && 'text-right',
        column.roomy && 'hidden @min-[60rem]:table-cell',
      )}
    >
      {column.actions && <span className="sr-only">{column.header}</span>}
      {!column.actions && !column.sortBy && column.header}
      {!column.actions && column.sortBy && (
        <button
          type="button"
          className={cx('inline-flex h-7 items-center gap-1 hover:text-ink', active && 'text-ink')}
          onClick={() => onSort({ by: column.id, descending: active && !sort.descending })}
        >
          {column.header}
          <Arrow
            size={13}
            aria-hidden
            // It stands in the gap between columns, so that no column is wider for it.
            className={cx(!active && 'invisible', column.align !== 'right' && '-mr-4.25')}
          />
        </button>
      )}
    </th>
  );
}
