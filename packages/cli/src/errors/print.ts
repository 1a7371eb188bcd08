import { type Io, isRich } from '../io.ts';
import { printable } from '../output/text.ts';
import type { ErrorView } from './describe.ts';

/** Text on stderr always; with --json also the object on stdout, so that a program reads one stream whatever comes. */
export function printError(io: Io, view: ErrorView, json: boolean): void {
  if (json) io.stdout.write(`${JSON.stringify({ error: view })}\n`);
  const label = isRich(io, io.stderr) ? '\u001b[31mError:\u001b[39m' : 'Error:';
  const request = view.request_id ? `(request ${view.request_id})` : null;
  const lines = [`${label} ${printable(view.message)}`, sentence(view.why, request), sentence(view.hint)];
  io.stderr.write(`${lines.filter(Boolean).join('\n')}\n`);
}

function sentence(...parts: (string | null)[]): string {
  return parts
    .filter((part) => part !== null)
    .map(printable)
    .join(' ');
}
