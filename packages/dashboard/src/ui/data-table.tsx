import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
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
}

/** A table where there is room for one, a list of cards where there is not. Roles are said aloud because cards undo them. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, sort, onSort, faded } = props;
  return (
    <div className="@container">
      {/* biome-ignore-start lint/a11y/noRedundantRoles: display: block takes the built-in roles away */}
      <table role="table" aria-label={label} className="block w-full border-collapse text-left @4xl:table">
        <thead role="rowgroup" className="hidden @4xl:table-header-group">
          <tr role="row" className="border-line border-b">
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="grid gap-2 @2xl:grid-cols-2 @4xl:table-row-group">
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              role="row"
              className={cx(
                'grid grid-cols-[7.5rem_minmax(0,1fr)] content-start gap-y-1.5 rounded-panel border border-line bg-surface p-3.5',
                '@4xl:table-row @4xl:rounded-none @4xl:border-x-0 @4xl:border-t-0 @4xl:bg-transparent @4xl:hover:bg-hover',
                faded?.(row) && 'text-faint',
              )}
            >
              {columns.map((column) => (
                <Cell key={column.id} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: as above */}
    </div>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const Tag = column.names ? 'th' : 'td';
  const whole = column.names || column.actions;
  return (
    <Tag
      role={column.names ? 'rowheader' : 'cell'}
      scope={column.names ? 'row' : undefined}
      className={cx(
        '@4xl:table-cell @4xl:px-3 @4xl:py-2 @4xl:align-middle @4xl:first:pl-0 @4xl:last:pr-0',
        whole ? 'col-span-2' : 'col-span-2 grid grid-cols-subgrid',
        column.names && 'pb-1 font-normal',
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
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderCellProps<Row>) {
  const active = sort.by === column.id;
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : undefined}
      className={cx(
        'h-9 whitespace-nowrap px-3 font-medium text-faint text-small first:pl-0 last:pr-0',
        column.align === 'right' && 'text-right',
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
          <Arrow size={13} aria-hidden className={active ? '' : 'invisible'} />
        </button>
      )}
    </th>
  );
}
