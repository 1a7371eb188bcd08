import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './config.ts';
import { paceOf } from './limits/gcra.ts';

const HOME = { HOME: '/home/ada' };

function value(args: string[], env: Record<string, string> = {}) {
  const parsed = parseConfig(args, { ...HOME, ...env });
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems.join('\n'));
  return parsed.value;
}

function problems(args: string[], env: Record<string, string> = {}): string[] {
  const parsed = parseConfig(args, { ...HOME, ...env });
  return parsed.ok ? [] : parsed.problems;
}

test('nothing needs to be set', () => {
  assert.deepEqual(value([]), {
    host: '127.0.0.1',
    port: 8080,
    dataDir: '/home/ada/.local/share/instavm',
    cacheDir: '/home/ada/.cache/instavm',
    vmDriver: 'auto',
    publicUrl: null,
    signUp: 'owner-only',
    maxKeys: 1000,
    keyRateLimit: null,
    tls: null,
    trustedProxies: [],
    mail: null,
    webhookAllow: [],
  });
});

test('every variable and flag that is built does what it says', () => {
  assert.deepEqual(
    value([], {
      INSTAVM_LISTEN: '127.0.0.9:9000',
      INSTAVM_DATA_DIR: '/srv/instavm',
      INSTAVM_VM_DRIVER: 'fake',
      INSTAVM_PUBLIC_URL: 'https://machines.example:8443/',
      INSTAVM_TLS_CERT: '/etc/instavm/cert.pem',
      INSTAVM_TLS_KEY: '/etc/instavm/key.pem',
      INSTAVM_TRUSTED_PROXIES: '10.1.0.0/16, 192.0.2.7 ::ffff:192.0.2.8\t2001:DB8:0::1',
      INSTAVM_SIGNUP: 'invite',
      INSTAVM_MAX_KEYS: '50',
      INSTAVM_RATE_LIMIT: '100/60s,burst=20',
      INSTAVM_WEBHOOK_ALLOW: '127.0.0.0/8,fd00::/8 0.0.0.0/0',
      XDG_CACHE_HOME: '/cache',
    }),
    {
      host: '127.0.0.9',
      port: 9000,
      dataDir: '/srv/instavm',
      cacheDir: '/cache/instavm',
      vmDriver: 'fake',
      publicUrl: 'https://machines.example:8443',
      signUp: 'invite',
      maxKeys: 50,
      keyRateLimit: paceOf({ requests: 100, windowSeconds: 60, burst: 20 }),
      tls: { certFile: '/etc/instavm/cert.pem', keyFile: '/etc/instavm/key.pem' },
      trustedProxies: ['10.1.0.0/16', '192.0.2.7/32', '192.0.2.8/32', '2001:db8::1/128'],
      mail: null,
      webhookAllow: ['127.0.0.0/8', 'fd00::/8', '0.0.0.0/0'],
    },
  );
  assert.equal(value([], { INSTAVM_LISTEN: '[::1]:0' }).host, '::1');
  assert.equal(value([], { XDG_DATA_HOME: '/data' }).dataDir, '/data/instavm');
});

test('a flag wins over the environment', () => {
  const { port, dataDir } = value(['--port', '9001', '--data-dir=/flag'], {
    INSTAVM_LISTEN: '127.0.0.1:9000',
    INSTAVM_DATA_DIR: '/env',
  });
  assert.deepEqual([port, dataDir], [9001, '/flag']);
});

test('a blank variable is as good as none', () => {
  assert.equal(
    value([], { INSTAVM_LISTEN: '  ', INSTAVM_DATABASE_URL: '', INSTAVM_TLS_KEY: ' ' }).port,
    8080,
  );
});

test('a variable that is promised but not built is refused by name, never ignored', () => {
  for (const name of ['INSTAVM_DATABASE_URL', 'INSTAVM_SHARES_LISTEN']) {
    const [problem, ...others] = problems([], { [name]: 'x' });
    assert.match(problem ?? '', new RegExp(`^${name} is not built yet`));
    assert.deepEqual(others, []);
  }
});

test('a value that is not built or unknown is refused with its name, its value and what to do', () => {
  for (const [name, text, says] of [
    ['INSTAVM_SIGNUP', 'everybody', /use owner-only, invite or open/],
    ['INSTAVM_MAX_KEYS', '0', /not a whole number/],
    ['INSTAVM_MAX_KEYS', '1e3', /not a whole number/],
    ['INSTAVM_RATE_LIMIT', '100', /neither off nor a limit like 100\/60s,burst=20/],
    ['INSTAVM_RATE_LIMIT', '0/60s,burst=20', /requests may be 1 to 9999999, not 0/],
    ['INSTAVM_RATE_LIMIT', '100/90000s,burst=20', /the window may be 1 s to 86400 s, not 90000 s/],
    ['INSTAVM_RATE_LIMIT', 'OFF', /neither off/],
    ['INSTAVM_VM_DRIVER', 'docker', /use auto, qemu or fake/],
    ['INSTAVM_PUBLIC_URL', 'machines.example', /not an address like/],
    ['INSTAVM_PUBLIC_URL', 'ftp://machines.example', /not an address like/],
    ['INSTAVM_PUBLIC_URL', 'http://machines.example', /plain http.*give its https address/],
    ['INSTAVM_LISTEN', '0.0.0.0:8080', /Set INSTAVM_TLS_CERT and .* or INSTAVM_TRUSTED_PROXIES/],
    ['INSTAVM_LISTEN', '[::]:8080', /open to the network/],
    ['INSTAVM_LISTEN', '127.0.0.1.example.com:80', /open to the network/],
    ['INSTAVM_TLS_CERT', 'cert.pem', /INSTAVM_TLS_KEY is not/],
    ['INSTAVM_TLS_KEY', 'key.pem', /INSTAVM_TLS_CERT is not/],
    ['INSTAVM_TRUSTED_PROXIES', 'proxy.example', /no address and no network/],
    ['INSTAVM_TRUSTED_PROXIES', '10.1.2.3/16', /did you mean 10\.1\.0\.0\/16/],
    ['INSTAVM_TRUSTED_PROXIES', '10.0.0.0/33', /no address/],
    ['INSTAVM_TRUSTED_PROXIES', '0.0.0.0/0', /believe every caller/],
    ['INSTAVM_TRUSTED_PROXIES', '::/0', /believe every caller/],
    ['INSTAVM_WEBHOOK_ALLOW', 'hooks.example', /no address and no network/],
    ['INSTAVM_WEBHOOK_ALLOW', '10.1.2.3/8', /did you mean 10\.0\.0\.0\/8/],
    ['INSTAVM_LISTEN', '8080', /not host:port/],
    ['INSTAVM_LISTEN', '127.0.0.1:65536', /not a port/],
  ] as const) {
    const [problem = '', ...others] = problems([], { [name]: text });
    assert.ok(problem.includes(name), problem);
    assert.match(problem, says);
    assert.deepEqual(others, [], `${name}=${text}`);
    assert.equal(problem.includes('\n'), false);
  }
});

test('security: the network is listened on only with a certificate or behind a trusted proxy', () => {
  const INSTAVM_LISTEN = '0.0.0.0:8443';
  assert.equal(problems([], { INSTAVM_LISTEN }).length, 1);
  const withTls = { INSTAVM_LISTEN, INSTAVM_TLS_CERT: 'c', INSTAVM_TLS_KEY: 'k' };
  assert.equal(value([], withTls).host, '0.0.0.0');
  assert.equal(value([], { INSTAVM_LISTEN, INSTAVM_TRUSTED_PROXIES: '10.0.0.2' }).host, '0.0.0.0');
  assert.equal(value([], { INSTAVM_LISTEN: 'localhost:1' }).host, 'localhost', 'control');
});

test('flags that are unknown, blank or no port are refused', () => {
  assert.match(problems(['--prot', '1'])[0] ?? '', /--prot.*Known options: --port N, --data-dir DIR/);
  for (const port of ['', 'x', '-1', '1.5', '65536', '1e3']) {
    assert.match(problems([`--port=${port}`])[0] ?? '', /--port.*not a port/, port);
  }
  for (const dir of ['', '  ']) assert.match(problems([`--data-dir=${dir}`])[0] ?? '', /--data-dir/);
});

test('every mistake is told at once', () => {
  const found = problems(['--port', 'x'], {
    INSTAVM_TLS_CERT: 'x',
    INSTAVM_SIGNUP: 'everybody',
    INSTAVM_VM_DRIVER: 'docker',
    INSTAVM_PUBLIC_URL: 'x',
    INSTAVM_LISTEN: '127.0.0.1:99999',
    INSTAVM_TRUSTED_PROXIES: 'a b',
  });
  assert.equal(found.length, 8, found.join('\n'));
});
