import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { InstaVM } from '../core/client.ts';
import { ForbiddenError } from '../core/errors.ts';
import { serve } from '../testing/server.ts';

const KEY = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';

test('every event comes page after page, with the filters on each', async (t) => {
  const { url, seen } = await serve(t, ({ url: asked }) => ({
    body: asked.includes('cursor=3')
      ? { items: [{ id: 2 }], next_cursor: null }
      : { items: [{ id: 4 }, { id: 3 }], next_cursor: '3' },
  }));
  const { audit } = new InstaVM(KEY, { baseUrl: url });
  const events = await Array.fromAsync(audit.everyEvent({ vmId: 'vm_1', userId: 5 }));
  assert.deepEqual(
    events.map(({ id }) => id),
    [4, 3, 2],
  );
  assert.deepEqual(
    seen.map((request) => request.url),
    [
      '/v1/audit/events?user_id=5&vm_id=vm_1&limit=200',
      '/v1/audit/events?user_id=5&vm_id=vm_1&cursor=3&limit=200',
    ],
  );
});

test('an export is the bytes of the answer, also where they could be read as JSON; a refusal is an error', async (t) => {
  const { url } = await serve(t, ({ url: asked }) =>
    asked.includes('csv')
      ? { status: 403, body: { code: 'permission_denied', detail: 'No.', status: 403 } }
      : { body: '{"id":1}\n' },
  );
  const { audit } = new InstaVM(KEY, { baseUrl: url });
  assert.equal(await text(await audit.export()), '{"id":1}\n');
  await assert.rejects(audit.export({ format: 'csv' }), ForbiddenError);
});
