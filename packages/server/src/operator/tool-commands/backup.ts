import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { makeBackup } from '../backup/make-backup.ts';
import { type Restored, restoreBackup } from '../backup/restore-backup.ts';
import { OperatorError } from '../operator-error.ts';
import { ask, JSON_FLAG, type ToolCall, type ToolCommand } from '../tool-command.ts';

export const backup: Record<string, ToolCommand> = {
  backup: {
    usage: 'backup FILE [--without-pepper] [--force] [--json]',
    options: { 'without-pepper': { type: 'boolean' }, force: { type: 'boolean' }, ...JSON_FLAG },
    positionalsMax: 1,
    async run(call) {
      const {
        values,
        positionals: [file],
        io,
        config,
        pepper,
      } = call;
      if (!file) throw new OperatorError('Say which file to write: backup FILE.');
      const made = makeBackup({
        dataDir: config.dataDir,
        file,
        pepper,
        withPepper: !values['without-pepper'],
        force: Boolean(values.force),
        nowMs: io.world.now(),
      });
      if (values.json)
        io.print(JSON.stringify({ file: made.file, bytes: made.bytes, ...made.header }, null, 2));
      else {
        const { people, live_keys: keys } = made.header.counts;
        io.print(`Wrote ${made.file} (${made.bytes} bytes): ${countsText(people, keys)}.`);
      }
      await recordIt(call, { name: basename(made.file), pepper: made.header.pepper.included });
      io.warn(
        made.header.pepper.included
          ? 'It holds the pepper as well: whoever has this file can check guesses of keys. Keep it as safe as the server.'
          : 'It does not hold the pepper: keep that elsewhere, because without it no API key of this backup can be checked.',
      );
      return undefined;
    },
  },
  restore: {
    usage: 'restore FILE [--data-dir DIR] [--pepper-file FILE] [--force] [--json]',
    options: { 'pepper-file': { type: 'string' }, force: { type: 'boolean' }, ...JSON_FLAG },
    positionalsMax: 1,
    async run(call) {
      const {
        values,
        positionals: [file],
        io,
        config,
        pepper,
      } = call;
      if (!file) throw new OperatorError('Say which backup: restore FILE.');
      const pepperFile = values['pepper-file'] as string | undefined;
      if (pepperFile !== undefined && !existsSync(pepperFile))
        throw new OperatorError(`There is no file ${resolve(pepperFile)}.`);
      const restored = await restoreBackup({
        file,
        dataDir: config.dataDir,
        uid: io.uid,
        world: io.world,
        pepper,
        pepperFile: pepperFile ?? null,
        force: Boolean(values.force),
      });
      if (values.json) io.print(JSON.stringify(jsonOf(restored), null, 2));
      else io.print(textOf(restored, call));
      return undefined;
    },
  },
};

/** The backup is good without it: a database that is full or read-only can still be saved. */
async function recordIt(call: ToolCall, made: { name: string; pepper: boolean }): Promise<void> {
  try {
    await ask(call, 'backupMade', made);
  } catch (error) {
    call.io.warn(`The backup is complete, but the audit trail does not say so: ${(error as Error).message}`);
  }
}

function countsText(people: number, keys: number): string {
  return `${people} ${people === 1 ? 'person' : 'people'}, ${keys} live API ${keys === 1 ? 'key' : 'keys'}`;
}

function jsonOf({ header, pepper, movedAside, ...facts }: Restored) {
  return { created_at: header.created_at, pepper, moved_aside: movedAside, ...facts };
}

function textOf(restored: Restored, { config }: ToolCall): string {
  const { header, pepper, movedAside, people, live_keys: keys, ended_since: ended } = restored;
  return [
    `Restored the backup of ${header.created_at} into ${config.dataDir}: ${countsText(people, keys)}; pepper from the ${pepper}.`,
    'People have to sign in again. Machines that do not run any more end when the server starts.',
    ...(ended > 0 ? [`Keys that had ended here since then were ended again: ${ended}.`] : []),
    `Keys that were revoked after ${header.created_at} and are not known here as revoked are live again: look at keys list.`,
    ...(movedAside.length > 0 ? [`What was there before is kept as ${movedAside.join(', ')}.`] : []),
  ].join('\n');
}
