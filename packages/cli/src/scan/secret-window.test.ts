import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { test } from 'node:test';
import { mintSecret, SECRET_KINDS, type SecretKind } from '@instavm/keyformat';
import { pour } from './scan-stream.ts';
import { SecretWindow } from './secret-window.ts';

const KINDS = Object.keys(SECRET_KINDS) as SecretKind[];
const WINDOW_BYTES = new SecretWindow({ countsLines: false }).room().length;

function searched(bytes: Buffer, countsLines = false, pieceBytes = bytes.length) {
  const window = new SecretWindow({ countsLines });
  const matches = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    matches.push(...pour(window, bytes.subarray(at, at + pieceBytes)));
  return [...matches, ...window.end()];
}

for (const encoding of ['latin1', 'utf16le'] as const) {
  test(`a secret is found once wherever it crosses the edge of a window (${encoding})`, () => {
    for (const kind of KINDS) {
      const secret = Buffer.from(mintSecret(kind, randomBytes), encoding);
      const bytes = Buffer.alloc(WINDOW_BYTES + 400, encoding === 'latin1' ? 'x' : '\0x');
      for (let at = WINDOW_BYTES - 260; at < WINDOW_BYTES + 130; at += encoding === 'latin1' ? 1 : 3) {
        const filled = Buffer.from(bytes);
        secret.copy(filled, at);
        const found = searched(filled);
        assert.deepEqual(
          found.map(({ secret }) => secret),
          [secret.toString(encoding)],
          `${kind} at ${at}`,
        );
      }
    }
  });
}

test('line and column are those of a plain count, in pieces of any size', () => {
  for (let round = 0; round < 60; round++) {
    const secrets = Array.from({ length: 4 }, () => mintSecret(KINDS[randomInt(3)]!, randomBytes));
    const filler = () => randomBytes(randomInt(900)).map((byte) => (byte % 9 === 0 ? 10 : 33 + (byte % 90)));
    const bytes = Buffer.concat(
      secrets.flatMap((secret) => [filler(), Buffer.from(secret)]).concat(filler()),
    );
    const places = secrets.map((secret) => {
      const before = bytes.subarray(0, bytes.indexOf(secret)).toString('latin1').split('\n');
      return { secret, line: before.length, column: before.at(-1)!.length + 1 };
    });
    const found = searched(bytes, true, 1 + randomInt(300));
    assert.deepEqual(
      found.map(({ secret, line, column }) => ({ secret, line, column })),
      places,
    );
  }
});

test('text that only looks like a secret is none: one character off, cut, or made up', () => {
  for (const kind of KINDS) {
    const secret = mintSecret(kind, randomBytes);
    const near = Array.from({ length: secret.length }, (_, at) => [
      `${secret.slice(0, at)}${secret[at] === 'a' ? 'b' : 'a'}${secret.slice(at + 1)}`,
      secret.slice(0, at),
      secret.slice(at + 1),
    ]).flat();
    const madeUp = Array.from({ length: 20_000 }, () => SECRET_KINDS[kind].prefix + 'x'.repeat(50)).join(' ');
    assert.deepEqual(searched(Buffer.from(`${near.join('\n')} ${madeUp}`)), []);
    assert.equal(searched(Buffer.from(secret)).length, 1, 'positive control');
  }
});

test('the end of a source leaves nothing for the next one', () => {
  const secret = mintSecret('api_key', randomBytes);
  const window = new SecretWindow({ countsLines: true });
  pour(window, Buffer.from(`\n\n${secret.slice(0, 30)}`));
  window.end();
  assert.deepEqual([...pour(window, Buffer.from(secret.slice(30))), ...window.end()], []);
  const [match] = [...pour(window, Buffer.from(`\n ${secret}`)), ...window.end()];
  assert.deepEqual([match?.line, match?.column], [2, 2]);
});
