import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signatureOf } from './signature.ts';

test('a signature is that of the published vector', () => {
  assert.equal(
    signatureOf('whsec_abc', 1_700_000_000, '{"event_type":"vm.terminated"}'),
    't=1700000000,v1=44db9ce5fa0a59a9496831e2de727b70407a3c5e026cc57e86490e862e18c2e5',
  );
});
