import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineSplitter, parseQmpLine, QmpError } from './qmp-message.ts';

test('lines are found wherever the pieces are cut', () => {
  const text = '{"a":1}\r\n{"b":"ü"}\r\n';
  for (let cut = 0; cut <= Buffer.byteLength(text); cut++) {
    const bytes = Buffer.from(text);
    const lines = new LineSplitter();
    const found = [...lines.push(bytes.subarray(0, cut)), ...lines.push(bytes.subarray(cut))];
    assert.deepEqual(found, ['{"a":1}', '{"b":"ü"}']);
  }
});

test('a line without end is refused before it fills the memory', () => {
  const lines = new LineSplitter();
  assert.throws(() => {
    for (let count = 0; count < 32; count++) lines.push(Buffer.alloc(65536, 'x'));
  }, QmpError);
});

test('greeting, events, answers and errors are told apart', () => {
  assert.deepEqual(parseQmpLine('{"QMP":{"version":{}}}'), { kind: 'greeting' });
  assert.deepEqual(parseQmpLine('{"event":"STOP","timestamp":{}}'), {
    kind: 'event',
    event: { name: 'STOP', data: {} },
  });
  assert.deepEqual(parseQmpLine('{"return":{"status":"running"},"id":7}'), {
    ...{ kind: 'answer', id: 7, value: { status: 'running' }, error: null },
  });
  assert.deepEqual(parseQmpLine('{"error":{"class":"GenericError","desc":"no"},"id":8}'), {
    ...{ kind: 'answer', id: 8, value: null, error: 'no' },
  });
});

test('what is not the protocol is an error, not a message', () => {
  for (const line of ['', 'null', '[]', '"x"', '{', '{"return":{}}']) {
    assert.throws(() => parseQmpLine(line), QmpError, line);
  }
});
