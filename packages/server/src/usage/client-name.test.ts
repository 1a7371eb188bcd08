import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clientName, rememberedClientName } from './client-name.ts';

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

for (const [userAgent, name] of [
  ['python-requests/2.32.3', 'python-requests/2'],
  ['curl/8.5.0', 'curl/8'],
  ['instavm-sdk/0.1.0 node/26.10.0 linux', 'instavm-sdk/0'],
  ['Go-http-client/1.1', 'Go-http-client/1'],
  ['okhttp/v4.12', 'okhttp/4'],
  ['node', 'node'],
  ['tool/nightly build', 'tool'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox/140'],
  [CHROME, 'Chrome/141'],
  [`${CHROME} Edg/141.0.1`, 'Edge/141'],
  [
    'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15',
    'Safari/18',
  ],
  ['Mozilla/5.0 (compatible)', 'Mozilla/5'],
  ['', 'unknown'],
  ['=HYPERLINK("x")', 'unknown'],
  ['(comment only)', 'unknown'],
  ['ünïcode/1', 'unknown'],
  [`${'x'.repeat(33)}/1`, 'unknown'],
] as const) {
  test(`the client of ${JSON.stringify(userAgent)} is ${name}`, () => {
    assert.equal(clientName(userAgent), name);
  });
}

test('security: whatever is sent, a client is a short word that no spreadsheet calculates', () => {
  const nasty = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'=+-@/.aZ09 \t\r\n"') }));
  fc.assert(
    fc.property(nasty, (text) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}(\/\d{1,4})?$/.test(clientName(text))),
  );
});

test('remembered names are the same ones, after more texts than are remembered too', () => {
  const name = rememberedClientName();
  for (let i = 0; i < 2500; i++) assert.equal(name(`tool-${i % 1200}/${i % 7}`), `tool-${i % 1200}/${i % 7}`);
});
