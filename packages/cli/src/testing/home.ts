import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export const KEY = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';
export const MASK = 'instavm_sk_0123456789AB…';
/** Another key whose checksum is right. */
export const OTHER_KEY = 'instavm_sk_ZZZZZZZZZZZZ0123456789ABCDEFGHIJKLMNOPQRSTUV0UqGXP';

/** A home folder of the test's own. */
export function temporaryHome(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'instavm-cli-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return home;
}
