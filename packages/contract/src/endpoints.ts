import type { Operation } from './operation.ts';

const HEADINGS = ['id', 'published', 'method', 'path', 'credential', 'permission', 'state'];

/** The API as aligned plain text, one operation a line: a change of the API is a readable difference. */
export function endpointsText(operations: readonly Operation[]): string {
  const rows = [HEADINGS, ...operations.map(rowOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function rowOf({ id, published, method, path, credential, permission, built, socket }: Operation): string[] {
  return [
    id,
    published ?? '-',
    socket ? 'SOCKET' : method,
    path,
    credential === 'none' ? '-' : credential,
    permission ?? '-',
    built ? 'built' : 'not built',
  ];
}
