import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSshPublicKey } from './ssh-key.ts';

// Made with ssh-keygen; the fingerprints are those that `ssh-keygen -lf` prints.
const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH6+/NtGCAUwlsyEP7IS/wkRO7OrG74bWMKuKUzO1HlF';
const ECDSA =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMQcqKA/EEaHkI7JK6K5HmvnuCGkkqGEF6HbfGvr+jgC9g/rcbnsvmB3PIX7hNUkb2ctxxjdoUtOR1kkaGoBuWc=';
const RSA =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCm/G1Q3nhm5evMyHwC1vm7MtwoIOdiJwLCnW3R9ZA4EpgmP0ZcFeXDTqEPz4yOGVgDbqJa+9W8vQUCZGgvrbkCD2sZ1wOQrv9qIDHUl991xdNYazvjwRQTUVtSuhbW5kL7KMmkNGO97Z0rBS1qjOEbXRWpsTN0eWJWplgUZjG1/ZVfE+HVWX9oo9dU7cmQb9LZBG979/EGmnuPI3vLjqxbZ7lexLhNEwtTiCUBDPsrHGVdApjUJhbnWgIw9fNkwRJxmo1nzRctbvo2ghX0B6L1JYmOwJ2bki5jqu+LjgE1B8IXZXXv/cGnJFyNAZhzhJLXuQDUrmGSDSjlp9Lhq5UZ';

test('a public key gets the fingerprint that ssh-keygen prints for it', () => {
  for (const [publicKey, comment, fingerprint] of [
    [ED25519, 'ada@example.com', 'SHA256:ce34Vzpr4LYvjiDNfDUwelpHFVKLDB2Fh9bY8eSS+0U'],
    [ECDSA, 'two words', 'SHA256:mpw3tzLnLWhQeJg9o9u71uBqxToHg5SeEhc7yHQNnsc'],
    [RSA, '', 'SHA256:MDo62uu+PoAjgKR0lh153G0y6AGbAoFX8N9lV+CWyv8'],
  ] as const) {
    assert.deepEqual(parseSshPublicKey(`  ${publicKey} ${comment}\r\n`), { publicKey, fingerprint, comment });
  }
});

test('security: a private key is refused and named as such', () => {
  const text = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n-----END OPENSSH PRIVATE KEY-----\n';
  assert.match(parseSshPublicKey(text) as string, /private key; send the public one/);
});

test('security: a second line cannot be smuggled in, nor options before the key', () => {
  assert.equal(parseSshPublicKey(`${ED25519} a\n${ECDSA}`), 'a public key is one line');
  assert.equal(typeof parseSshPublicKey(`command="sh" ${ED25519}`), 'string');
});

test('what is no key, or a damaged one, is refused in words', () => {
  const [kind, encoded] = ED25519.split(' ') as [string, string];
  for (const text of [
    '',
    'hello',
    kind,
    `${kind} `,
    `${kind} !!!!`,
    `${kind} ${encoded.slice(0, 20)}`,
    `${kind} ${encoded.slice(0, 24)}*${encoded.slice(25)}`,
    `${kind} ${ECDSA.split(' ')[1]}`,
    `ssh-dss ${encoded}`,
  ]) {
    assert.equal(typeof parseSshPublicKey(text), 'string', text);
  }
});

test('a key that lost its end is refused, wherever it was cut', () => {
  for (const key of [ED25519, ECDSA, RSA]) {
    const blobStart = key.indexOf(' ') + 1;
    for (let length = blobStart; length < key.replace(/=+$/, '').length; length++) {
      assert.equal(typeof parseSshPublicKey(key.slice(0, length)), 'string', `${length} of ${key.length}`);
    }
  }
});
