import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AUDIT_EVENT_GROUPS, AUDIT_EVENT_TYPES, auditEventsOf, groupOfAuditEvent } from '@instavm/contract';

const SOURCE = fileURLToPath(new URL('..', import.meta.url));
const sources = globSync('**/*.ts', { cwd: SOURCE })
  .filter((file) => !file.endsWith('.test.ts') && !file.startsWith('testing/'))
  .map((file) => ({ file, text: readFileSync(SOURCE + file, 'utf8') }));

test('every type of event belongs to the group that its name says', () => {
  for (const group of AUDIT_EVENT_GROUPS) {
    for (const type of auditEventsOf(group)) {
      assert.match(type, new RegExp(`^${group}\\.[a-z0-9_]+$`));
      assert.equal(groupOfAuditEvent(type), group);
    }
  }
  assert.equal(groupOfAuditEvent('api_key.exploded'), null);
});

test('every type of event in the catalog is one that the server writes', () => {
  const holds = (part: string) => sources.some(({ text }) => text.includes(part));
  const isWritten = (type: string) => {
    const [group, name] = type.split('.');
    // Or put together of both: `api_key.${exposure}`.
    return holds(`'${type}'`) || (holds(`\`${group}.\${`) && holds(`'${name}'`));
  };
  const unwritten = AUDIT_EVENT_TYPES.filter((type) => !isWritten(type));
  assert.deepEqual(unwritten, []);
});

test('security: one function alone writes the trail and the feed, and nothing changes or removes their rows', () => {
  const writers = sources.flatMap(({ file, text }) =>
    Array.from(
      text.matchAll(
        /(insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\('(audit_event|audit_head|change)'\)/g,
      ),
      ([, verb, table]) => `${file}: ${verb} ${table}`,
    ),
  );
  assert.deepEqual(writers, [
    'db/feed.ts: insertInto change',
    'db/feed.ts: insertInto audit_event',
    'db/feed.ts: insertInto audit_head',
  ]);
});
