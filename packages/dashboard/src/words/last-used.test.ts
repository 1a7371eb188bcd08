import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressInWords, browserInWords, clientInWords, clientName } from './last-used.ts';

test('a client is named so that its owner recognises it', () => {
  assert.equal(clientInWords('curl/8.5.0'), 'curl 8.5.0');
  assert.equal(clientInWords('python-requests/2.32.3'), 'python-requests 2.32.3');
  assert.equal(clientInWords('instavm-cli/0.1.0 (node 26.10.0)'), 'instavm-cli 0.1.0');
  assert.equal(
    clientInWords('Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/140.0 Safari/537.36'),
    'Chrome 140',
  );
  assert.equal(clientInWords(null), 'an unnamed client');
});

test('a sign-in is named by its browser and the system under it', () => {
  const on = (system: string, rest: string) => browserInWords(`Mozilla/5.0 (${system}) ${rest}`);
  assert.equal(
    on('X11; Linux x86_64', 'AppleWebKit/537.36 Chrome/140.0 Safari/537.36'),
    'Chrome 140 on Linux',
  );
  assert.equal(
    on('Linux; Android 15; Pixel 9', 'Chrome/140.0 Mobile Safari/537.36'),
    'Chrome 140 on Android',
  );
  assert.equal(on('Macintosh; Intel Mac OS X 10.15', 'Gecko/20100101 Firefox/141.0'), 'Firefox 141 on a Mac');
  assert.equal(
    on('iPhone; CPU iPhone OS 18_0 like Mac OS X', 'AppleWebKit/605.1.15 Safari/604.1'),
    'Safari 604 on an iPhone',
  );
  assert.equal(browserInWords('curl/8.5.0'), 'curl 8.5.0');
  assert.equal(browserInWords(null), 'an unnamed client');
});

test('where there is little room a client is named without its version', () => {
  assert.equal(clientName('python-requests/2.32.3'), 'python-requests');
  assert.equal(clientName('instavm-sdk-js/0.1.0'), 'instavm-sdk-js');
  assert.equal(clientName(null), 'an unnamed client');
});

test('loopback is told as this box', () => {
  assert.equal(addressInWords('::ffff:127.0.0.1'), 'this box (127.0.0.1)');
  assert.equal(addressInWords('203.0.113.9'), '203.0.113.9');
});
