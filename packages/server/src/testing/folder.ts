import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A test, or a whole file of tests (`import { after } from 'node:test'`): what is opened for it ends with it. */
export interface TestScope {
  after(undo: () => void | Promise<void>): void;
}

/** A folder of this test alone, open to this user alone, gone after it. */
export function temporaryFolder(t: TestScope): string {
  const folder = mkdtempSync(join(tmpdir(), 'instavm-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Files below a folder that hold the text, whatever their format. */
export function filesHolding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}
