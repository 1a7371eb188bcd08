import { SECRET_KINDS } from '@instavm/sdk';
import { printable } from '../output/text.ts';
import type { Finding, Results } from './finding.ts';

const SHORT_ID = 12;

/** `config/prod.env:3:9: API key instavm_sk_0123456789AB…`, with the commit where history holds it. */
export function lineOf({ kind, masked, path, line, column, history }: Finding): string {
  const where = history ? ` (${inHistory(history)})` : '';
  const file = path ?? (history?.isMessage ? 'message' : 'content');
  return `${printable(file)}:${line}:${column}: ${SECRET_KINDS[kind].name} ${masked}${where}\n`;
}

function inHistory({ commit, object, versions }: NonNullable<Finding['history']>): string {
  const place = commit
    ? `commit ${commit.slice(0, SHORT_ID)}`
    : `object ${object.slice(0, SHORT_ID)}, in no commit`;
  return versions > 1 ? `${place}, and in ${versions - 1} later` : place;
}

/** One finding with --json; of the secret the masked text alone. */
export function entryOf({ kind, masked, path, line, column, history }: Finding) {
  return {
    kind,
    masked,
    path: path && printable(path),
    line,
    column,
    repository: history && printable(history.repository),
    commit: history?.commit ?? null,
    object: history?.object ?? null,
    versions: history?.versions ?? null,
  };
}

/** `2 secrets in 3 places; searched 120 files, 3.1 MB.` */
export function summaryOf(findings: readonly Finding[], { files, objects, bytes }: Results): string {
  const secrets = new Set(findings.map(({ secret }) => secret)).size;
  const found =
    secrets === 0 ? 'Nothing found' : `${count(secrets, 'secret')} in ${count(findings.length, 'place')}`;
  const searched = [
    files > 0 && count(files, 'file'),
    objects > 0 && count(objects, 'git object'),
    `${(bytes / 1e6).toFixed(1)} MB`,
  ].filter(Boolean);
  return `${found}; searched ${searched.join(', ')}.`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
