import { createReadStream, statSync } from 'node:fs';
import { isLegacyText } from '../../keys/legacy-keys.ts';
import { checkEnvironment, checkScopes } from '../key-commands.ts';
import { labelMistake } from '../label.ts';
import { OperatorError } from '../operator-error.ts';
import { ask, JSON_FLAG, need, readAll, type ToolCall, type ToolCommand } from '../tool-command.ts';

/** 100,000 keys a line each. */
const TEXT_MAX = 6_000_000;
/** In one question to the server. */
const KEYS_AT_ONCE = 1000;

export const importCommand: ToolCommand = {
  usage:
    'keys import-legacy --email E [--label-prefix P] [--environment NAME] [--scope S]... [--json] FILE|-',
  options: {
    email: { type: 'string' },
    'label-prefix': { type: 'string' },
    environment: { type: 'string' },
    scope: { type: 'string', multiple: true },
    ...JSON_FLAG,
  },
  positionalsMax: 1,
  async run(call) {
    const {
      values,
      positionals: [file],
      io,
    } = call;
    const email = need(values, 'email');
    if (!file) throw new OperatorError('Say which file holds the keys, a line each; - is standard input.');
    const environment = (values.environment as string | undefined) ?? null;
    const scopes = (values.scope as string[] | undefined) ?? ['full'];
    const labelPrefix = ((values['label-prefix'] as string | undefined) ?? 'imported')
      .trim()
      .normalize('NFC');
    checkEnvironment(environment);
    checkScopes(scopes);
    const mistake = labelMistake(`${labelPrefix} 000000`);
    if (mistake) throw new OperatorError(`--label-prefix ${mistake}.`);
    const keys = keysOf(await textOf(file, call));
    const total = { imported: 0, known: 0, ids: [] as number[] };
    for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
      const part = { email, labelPrefix, environment, scopes, keys: keys.slice(at, at + KEYS_AT_ONCE) };
      const done = await ask(call, 'keysImportLegacy', part);
      total.imported += done.imported;
      total.known += done.known;
      total.ids.push(...done.ids);
    }
    const known = total.known > 0 ? `; ${total.known} were there already` : '';
    io.print(
      values.json
        ? JSON.stringify(total, null, 2)
        : `Imported ${total.imported} keys${known}. Their text is not kept: delete ${file === '-' ? 'it' : file} once it is no longer needed.`,
    );
    return undefined;
  },
};

async function textOf(file: string, { io }: ToolCall): Promise<string> {
  if (file === '-') return readAll(io.stdin, TEXT_MAX);
  const there = statSync(file, { throwIfNoEntry: false });
  if (!there?.isFile()) throw new OperatorError(`There is no file ${file}.`);
  return readAll(createReadStream(file, 'utf8'), TEXT_MAX);
}

/** All of them or none: a line that is no key is a mistake in the file. Nothing of the line is repeated. */
function keysOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const wrong = lines.flatMap((line, at) => (line === '' || isLegacyText(line) ? [] : [at + 1]));
  if (wrong.length > 0) {
    throw new OperatorError(
      `${wrong.length === 1 ? 'Line' : 'Lines'} ${wrong.slice(0, 5).join(', ')}${wrong.length > 5 ? ', ...' : ''}: not an older key, which is instavm_sk_ and 32 characters, or 43 characters without a prefix. Nothing was imported.`,
    );
  }
  const keys = [...new Set(lines.filter((line) => line !== ''))];
  if (keys.length === 0) throw new OperatorError('There is no key in it, a line each.');
  return keys;
}
