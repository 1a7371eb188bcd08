import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalizeDocument, serialize, withProfile } from './document.ts';

test('the bytes are those of the published program: sorted, two spaces, line end', () => {
  const document = withProfile(normalizeDocument({}), 'default', {
    apiKey: 'k',
    baseUrl: ' http://x ',
    sshHost: 'h',
  });
  assert.equal(
    serialize(document),
    [
      '{',
      '  "active_profile": "default",',
      '  "profiles": {',
      '    "default": {',
      '      "auth": {',
      '        "api_key": "k",',
      '        "type": "api_key"',
      '      },',
      '      "base_url": "http://x",',
      '      "ssh_host": "h"',
      '    }',
      '  },',
      '  "schema_version": 1',
      '}',
      '',
    ].join('\n'),
  );
});

test('what the published program reads leniently is read the same way', () => {
  for (const odd of [[1], null, 'x', 7, {}]) {
    assert.deepEqual(normalizeDocument(odd).profiles, {
      default: { auth: { type: 'api_key', api_key: null } },
    });
  }
  const document = normalizeDocument({
    schema_version: 9,
    active_profile: 'gone',
    profiles: {
      work: { auth: { type: 'other', api_key: '  k ', extra: 1 }, base_url: ' ', color: 'red' },
      broken: 'text',
    },
  });
  assert.deepEqual(document, {
    schema_version: 9,
    active_profile: 'default',
    profiles: {
      work: { auth: { type: 'other', api_key: 'k', extra: 1 }, color: 'red' },
      default: { auth: { type: 'api_key', api_key: null } },
    },
  });
});

test('fields that this version does not know survive a change', () => {
  const given = { future: true, profiles: { default: { theme: 'dark', auth: { api_key: 'a', hint: 'x' } } } };
  const text = serialize(withProfile(normalizeDocument(given), 'default', { apiKey: null }));
  assert.deepEqual(JSON.parse(text), {
    future: true,
    schema_version: 1,
    active_profile: 'default',
    profiles: { default: { theme: 'dark', auth: { type: 'api_key', api_key: null, hint: 'x' } } },
  });
});

test('a blank setting is removed', () => {
  const before = withProfile(normalizeDocument({}), 'p', { apiKey: 'k', baseUrl: 'http://x' });
  assert.equal('base_url' in withProfile(before, 'p', { baseUrl: '' }).profiles.p!, false);
});
