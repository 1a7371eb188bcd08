import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { emptyDatabase, writeEvents } from '../testing/audit-trail.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { EXPORT_FORMATS } from './export.ts';
import { Slices } from './slices.ts';
import { oldestEvents } from './store.ts';
import { verifyAccountChain } from './verify.ts';

const PAGE = readFileSync(new URL('../../../../docs/audit.md', import.meta.url), 'utf8');

test('the script of docs/audit.md verifies an export, and finds a change, a removal and another order', async (t) => {
  const folder = temporaryFolder(t);
  const db = await emptyDatabase(t);
  const payload = { text: 'Zoë "機械" \u2028 \u0001 \ud800', list: [1, null, true], 10: 'b', 2: 'a' };
  const mine = { accountId: 1, environment: 'testing', vmId: 'vm_1', payload };
  await writeEvents(db, [mine, { accountId: 2 }, mine, mine, { accountId: 2 }]);
  const deps = { db, slices: new Slices() };
  const rows = oldestEvents(deps, { accountId: 1, environment: null }, {});
  const lines = (await Array.fromAsync(EXPORT_FORMATS.jsonl.write(rows))).join('').trimEnd().split('\n');
  assert.equal(lines.length, 3);

  const script = join(folder, 'verify.mjs');
  writeFileSync(script, /```js\n([\s\S]*?)```/.exec(PAGE)![1]!);
  const verdictOf = async (changed: string[]) => {
    const file = join(folder, 'audit.jsonl');
    writeFileSync(file, `${changed.join('\n')}\n`);
    return promisify(execFile)(process.execPath, [script, file]).then(
      ({ stdout }) => stdout,
      ({ stderr }: { stderr: string }) => stderr,
    );
  };
  const { head } = await verifyAccountChain(deps, 1);
  assert.equal(await verdictOf(lines), `the chain holds, its head is ${head!.split(':')[1]}\n`);
  const [first, second, third] = lines as [string, string, string];
  assert.match(await verdictOf([first, second.replace('機', '槭'), third]), /event 3 was changed/);
  assert.match(await verdictOf([first, third]), /event 4 does not follow/);
  assert.match(await verdictOf([first, third, second]), /event 4 does not follow/);
});
