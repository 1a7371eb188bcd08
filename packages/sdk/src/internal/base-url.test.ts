import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstaVM, InstaVMError } from '../index.ts';
import { parseBaseUrl } from './base-url.ts';

const KEY = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';

test('security: a key is never sent by plain http to another machine: the client is not even made', () => {
  let requests = 0;
  const fetch = async () => {
    requests++;
    return new Response('[]');
  };
  for (const baseUrl of [
    'http://instavm.example',
    'http://192.0.2.7:8080',
    'http://0.0.0.0:8080',
    'http://[2001:db8::1]',
    'http://[::ffff:192.0.2.7]',
    'http://localhost.example',
    'http://127.0.0.1.example',
    'http://127.example',
    'HTTP://INSTAVM.EXAMPLE',
    ' http://instavm.example/ ',
  ]) {
    assert.throws(
      () => new InstaVM(KEY, { baseUrl, fetch }),
      (error) => {
        assert.ok(error instanceof InstaVMError);
        assert.equal(error.code, 'insecure_base_url', baseUrl);
        assert.match(error.message, /another machine.*Use the https address of the server.*nothing was sent/);
        assert.equal(error.message.includes(KEY), false);
        return true;
      },
    );
  }
  assert.equal(requests, 0);
});

test('https to any host, and http to this machine, are taken', () => {
  for (const baseUrl of [
    'https://instavm.example',
    'https://192.0.2.7:8443/base',
    'http://localhost:8080',
    'http://LOCALHOST',
    'http://127.0.0.1:8080',
    'http://127.9.9.9',
    'http://127.1',
    'http://[::1]:8080',
  ]) {
    assert.equal(parseBaseUrl(`${baseUrl}//`), baseUrl);
  }
});
