import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { requestIds } from './request-id.ts';

test('every id is new, also where the next draw of chance begins', () => {
  const next = requestIds(randomBytes);
  const ids = new Set(Array.from({ length: 2000 }, next));
  assert.equal(ids.size, 2000);
  for (const id of ids) assert.match(id, /^req_[\w-]{12}$/);
});
