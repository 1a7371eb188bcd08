import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { CliError } from '../errors/cli-error.ts';
import { configAccessError, configError } from './config-error.ts';
import { type ConfigDocument, emptyDocument, normalizeDocument } from './document.ts';

export interface StoredConfig {
  document: ConfigDocument;
  /** Something that the user should know, in one line. */
  warning: string | null;
}

const MAX_BYTES = 1_048_576;

/**
 * Reads the stored settings; an absent file counts as empty. Refuses a symbolic link and another user's file:
 * whoever can put one there could choose where a key goes, or read it.
 */
export async function readConfig(path: string, uid: number | null): Promise<StoredConfig> {
  let file: FileHandle;
  try {
    // NONBLOCK: a named pipe at the path must not hang the program.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { document: emptyDocument(), warning: null };
    throw code === 'ELOOP' ? symbolicLink(path) : configAccessError(path, 'read', error);
  }
  try {
    const { mode } = await examine(file, path, uid);
    const document = parse(path, await file.readFile());
    const isOpen = uid !== null && (mode & 0o077) !== 0;
    const warning = isOpen
      ? `Others may read ${path} (mode ${(mode & 0o777).toString(8)}): run chmod 600 on it.`
      : null;
    return { document, warning };
  } catch (error) {
    throw error instanceof CliError ? error : configAccessError(path, 'read', error);
  } finally {
    await file.close();
  }
}

async function examine(file: FileHandle, path: string, uid: number | null) {
  const stat = await file.stat();
  if (!stat.isFile() || stat.size > MAX_BYTES) {
    throw configError(
      'config_unusable',
      `Cannot use ${path}`,
      stat.isFile() ? 'It is larger than settings can be' : 'It is not a regular file',
      'Move it away; `instavm auth set-key` makes a new one',
    );
  }
  if (uid !== null && stat.uid !== uid) {
    throw configError(
      'config_not_yours',
      `Refused to use ${path}`,
      `It belongs to user ${stat.uid}, and you are user ${uid}`,
      'Run as its owner, point HOME to your own folder, or change the owner of the file',
    );
  }
  return stat;
}

function parse(path: string, bytes: Buffer): ConfigDocument {
  let why: string;
  try {
    // Editors on Windows put a byte order mark in front.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.trim() !== '') return normalizeDocument(JSON.parse(text));
    why = 'The file is empty';
  } catch (error) {
    why = error instanceof SyntaxError ? placeOf(error) : 'It is not UTF-8 text';
  }
  throw configError(
    'config_invalid',
    `Invalid config JSON in ${path}`,
    why,
    `Correct it, or move it away (mv ${path} ${path}.bad) and run \`instavm auth set-key\``,
  );
}

// The parser's message quotes what it found, which may be part of a key.
function placeOf(error: SyntaxError): string {
  const place = /\(line \d+ column \d+\)/.exec(error.message) ?? /at position \d+/.exec(error.message);
  return place ? `It is not JSON ${place[0]}` : 'It is not JSON, or it ends too early';
}

export function symbolicLink(path: string) {
  return configError(
    'config_symlink',
    `Refused to use ${path}`,
    'It is a symbolic link, which could lead a key elsewhere',
    'Replace it with a regular file',
  );
}
