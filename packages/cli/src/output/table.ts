import { cell } from './text.ts';

export interface Column<Row> {
  title: string;
  value(row: Row): unknown;
  /** Adds colour after the width was counted. */
  paint?(text: string, row: Row): string;
}

/**
 * Two spaces in, header, dashes, columns padded to their content and two spaces apart: the published layout,
 * spaces at the line's end included.
 */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const texts = rows.map((row) => columns.map((column) => cell(column.value(row))));
  const widths = columns.map((column, at) =>
    Math.max(column.title.length, ...texts.map((line) => [...line[at]!].length)),
  );
  const pad = (text: string, at: number) => text + ' '.repeat(widths[at]! - [...text].length);
  const body = texts.map((line, index) =>
    line.map((text, at) => columns[at]!.paint?.(pad(text, at), rows[index]!) ?? pad(text, at)),
  );
  const head = [columns.map((column, at) => pad(column.title, at)), widths.map((width) => '-'.repeat(width))];
  return [...head, ...body].map((line) => `  ${line.join('  ')}\n`).join('');
}
