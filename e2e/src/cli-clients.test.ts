import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { InstaVM, verifyWebhook } from '@instavm/sdk';
import { cliMain } from './harness/paths.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { plainEnvironment, run } from './harness/program.ts';
import { startServer, type TestServer } from './harness/server.ts';
import { until } from './harness/until.ts';

const AUDIENCE = 'instavm-e2e';

/** Listens on a free port of this machine. */
async function listen(handler: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** An OpenID Connect issuer: its discovery document, its key, and tokens of it. */
async function startIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };
  const { url, server } = await listen((request, response) => {
    const isKeys = request.url === '/keys';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/keys` }));
  });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = (subject: string) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: url, aud: AUDIENCE, sub: subject, iat: now, exp: now + 300 };
    const text = `${part({ alg: 'RS256', kid: 'k1' })}.${part(claims)}`;
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
  };
  return { url, server, token };
}

// What the CLI and the SDK do with the newer half of the API, against a server of its own.
suite('clients of usage, limits, webhooks, trust and sessions', () => {
  let server: TestServer;
  let home: string;
  let own: string;

  before(async () => {
    const env = { INSTAVM_WEBHOOK_ALLOW: '127.0.0.0/8' };
    server = await startServer({ driver: 'fake', env });
    own = await makeKey(server, await makePerson(server));
    home = await mkdtemp(join(tmpdir(), 'ivm-home-'));
  });
  after(async () => {
    await server.remove();
    await rm(home, { recursive: true });
  });

  const cliAs = (key: string, args: string[], input?: string) =>
    run(process.execPath, [cliMain, ...args], {
      env: plainEnvironment({
        HOME: home,
        INSTAVM_BASE_URL: server.url,
        ...(key && { INSTAVM_API_KEY: key }),
      }),
      ...(input !== undefined && { input }),
    });
  /** Runs it, which must succeed, and gives what it prints. */
  async function cli(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await cliAs(own, args);
    assert.equal(code, 0, `${args.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  }
  const json = async (...args: string[]) => JSON.parse(await cli(...args, '--json'));

  test('a limit is waited for and said; --no-wait ends with 6 and says in JSON how long', async () => {
    const slow = (await cli('keys', 'create', '--label', 'slow', '--rate-limit', '1/8s,burst=1')).trim();
    await cliAs(slow, ['ls']);
    const waited = await cliAs(slow, ['ls']);
    assert.equal(waited.code, 0);
    assert.match(
      waited.stderr,
      /^Rate limited: waiting [1-9] s \(the limit of this API key is 1 request in 8 s, .*; whoever manages API keys can raise .*\)\. Ctrl-C stops\.\n$/,
    );
    const refused = await cliAs(slow, ['ls', '--no-wait', '--json']);
    assert.equal(refused.code, 6);
    const { error } = JSON.parse(refused.stdout);
    assert.equal(error.code, 'rate_limit_exceeded');
    assert.ok(error.retry_after >= 1 && error.retry_after <= 8);
  });

  test('the SDK gets all its calls through a limit, none earlier than it is let', async () => {
    const text = (await cli('keys', 'create', '--label', 'steady', '--rate-limit', '4/1s,burst=2')).trim();
    let waits = 0;
    const client = new InstaVM(text, { baseUrl: server.url, maxRetries: 50, onRetry: () => waits++ });
    const began = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => client.vms.list()));
    // Two at once, and then one each quarter of a second.
    assert.ok(performance.now() - began >= 1500);
    assert.ok(waits >= 6);
  });

  test('limits and quotas of a key are given, shown, cleared, and met', async () => {
    const flags =
      '--concurrent-requests 3 --quota-machines 1 --quota-vm-seconds 5000 --quota-executions 9 --quarantine on';
    const few = (await cli('keys', 'create', '--label', 'few', ...flags.split(' '))).trim();
    const shown = await cli('keys', 'show', 'few');
    assert.match(
      shown,
      /Requests at once: 3\nMachines at once: 1\nMachine seconds a month: 5000\nExecutions a month: 9\nQuarantine: on\n/,
    );
    assert.equal((await cliAs(few, ['create'])).code, 0);
    const second = await cliAs(few, ['create']);
    assert.equal(second.code, 6);
    assert.match(second.stderr, /Error: Quota exceeded\n.*may have 1 machine at once.*can raise it/);
    assert.equal(second.stderr.trimEnd().split('\n').length, 4, 'three lines below that of the progress');
    const cleared = await json('keys', 'update', 'few', '--clear', 'quota-machines', '--quarantine', 'off');
    assert.deepEqual([cleared.quota_machines, cleared.quarantine], [null, false]);
    assert.equal((await cliAs(few, ['create'])).code, 0);
  });

  test('sessions are listed, shown, renewed, counted and ended; then they are expired, in these words', async () => {
    const { session_id: id } = await json('create', '--idle-timeout', '600', '--timeout', '120');
    assert.match(await cli('sessions', 'list'), new RegExp(id));
    assert.match(await cli('sessions', 'show', id), /Ends when unused for: 600 s\n/);
    const renewed = await json('sessions', 'renew', id, '--timeout', '900');
    assert.ok(Date.parse(renewed.expires_at) > Date.now() + 800_000);
    await cli('exec', '--session', id, '--cmd', 'print(1)');
    const usage = await json('sessions', 'usage', id);
    assert.equal(usage.session_id, id);
    assert.match(await cli('sessions', 'kill', id), /: terminated\n$/);
    const { code, stderr } = await cliAs(own, ['exec', '--session', id, '--cmd', 'print(1)']);
    assert.equal(code, 1);
    assert.match(stderr, /^Error: Session expired\nIt ended at 20\S+: killed .*\n.*`instavm create`/);
    const client = new InstaVM(own, { baseUrl: server.url });
    await assert.rejects(client.execute('1', { sessionId: id }), {
      name: 'SessionError',
      message: 'Session expired',
      reason: 'killed',
    });
    assert.equal((await cliAs(own, ['sessions', 'show', id])).code, 1);
  });

  test('a token of a machine reads that machine and ends with a word', async () => {
    const { vm_id: vm } = await json('create');
    const token = (
      await cli('vms', 'tokens', 'create', vm, '--label', 'probe', '--expires-in', '10m')
    ).trim();
    assert.match(token, /^instavm_st_/);
    const { tokens } = await json('vms', 'tokens', 'list', vm);
    const { id } = tokens.find(({ label }: { label: string | null }) => label === 'probe');
    const whoami = await fetch(`${server.url}/v1/whoami`, { headers: { 'x-api-key': token } });
    assert.equal(whoami.status, 200);
    assert.equal(await cli('vm', 'token', 'revoke', vm, String(id)), `${id}: revoked\n`);
  });

  test('usage is shown by any part and exported to a file of its owner alone', async () => {
    for (const part of ['key', 'environment', 'vm', 'route', 'client']) {
      const text = await cli('usage', '--by', part, '--period', '1h');
      assert.match(
        text,
        /^Period: 1h, .*\nRequests: \d+, \d+ errors, \d+ of them over a limit\nLatency: p50 /,
      );
      assert.ok(!text.includes('\u001b') && !/[▁-█]/.test(text), 'plain without a terminal');
    }
    assert.match(await cli('keys', 'usage', 'few'), /^API key: \d+\n[\s\S]*POST \/v1\/vms/);
    const file = join(home, 'usage.csv');
    await cli('usage', '--export', 'csv', '--output', file);
    assert.match(await readFile(file, 'utf8'), /^at,subject,label,requests/);
    assert.match(await cli('usage', '--export', 'jsonl', '--period', '1h'), /^\{"at":/);
  });

  test('every command of billing answers under its published name', async () => {
    assert.match(await cli('billing', 'status'), /^Period: current_month\n\nDollars\n[\s\S]*\nBrowser\n/);
    assert.match(await cli('billing', 'allocation'), /^Period: 20/);
    assert.match(await cli('billing', 'usage', '--days', '2'), /Days: 2\n[\s\S]* {2}DATE {8}COST/);
    assert.ok((await json('billing', 'usage-history')).rows.length > 0);
    const check = ['--usage-type', 'vm_execution', '--required-credits', '1'];
    assert.match(await cli('credits', 'check', ...check), /^Available: /);
    assert.match(await cli('billing', 'rates'), /^Machines: /);
    assert.match(await cli('billing', 'trends', '--period', '7d'), /Buckets: 7, daily/);
    assert.match(await cli('billing', 'forecast'), /Forecast: /);
    assert.equal(await cli('billing', 'portal'), `${server.url}/usage\n`);
  });

  test('webhooks: made, tested, verified by the SDK and by the CLI offline, replayed, rotated, removed', async () => {
    const received: { header: string; body: string }[] = [];
    const receiver = await listen(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      received.push({ header: String(request.headers['instavm-signature']), body });
      const { challenge } = JSON.parse(body);
      response.end(challenge ? JSON.stringify({ challenge }) : '');
    });
    try {
      const made = await json(
        'webhooks',
        'create',
        receiver.url,
        '--event',
        'webhook.*',
        '--description',
        'e2e',
      );
      assert.match(made.secret, /^whsec_/);
      const { id } = made;
      assert.match(await cli('webhooks', 'list'), new RegExp(`${id} .*e2e`));
      assert.match(await cli('webhooks', 'get', id), /Secret: whsec_\w{4}…\n$/);
      assert.match(await cli('webhooks', 'verify', id), /Verified: yes/);
      const { id: delivery } = await json('webhooks', 'test', id);
      const [sent] = await until('the test event arrives', () => {
        const found = received.filter(({ body }) => body.includes('webhook.test'));
        return found.length > 0 ? found : undefined;
      });
      const { event } = await verifyWebhook(made.secret, sent!.header, sent!.body);
      assert.equal(event.event_type, 'webhook.test');
      await assert.rejects(verifyWebhook('whsec_another', sent!.header, sent!.body), {
        code: 'invalid_signature',
      });
      const header = `InstaVM-Signature: ${sent!.header}`;
      const offline = ['webhooks', 'verify-signature', '--secret', made.secret, '--header', header];
      const good = await cliAs('', offline, sent!.body);
      assert.deepEqual(
        [good.code, good.stdout.split('\n').slice(0, 2)],
        [0, ['ok', 'event_type: webhook.test']],
      );
      const bad = await cliAs('', [...offline, '--json'], `${sent!.body} `);
      assert.deepEqual([bad.code, JSON.parse(bad.stdout).reason], [1, 'invalid_signature']);
      await until('the delivery is done', async () => {
        const { items } = await json('webhooks', 'deliveries', '--endpoint', id, '--status', 'succeeded');
        return items.some((item: { id: string }) => item.id === delivery) || undefined;
      });
      assert.match(await cli('webhooks', 'replay', delivery), /is sent again as whd_/);
      assert.equal((await json('webhooks', 'update', id, '--disable')).enabled, false);
      assert.notEqual((await json('webhooks', 'rotate-secret', id)).secret, made.secret);
      assert.equal(await cli('webhooks', 'delete', id), `Deleted webhook ${id}.\n`);
    } finally {
      receiver.server.closeAllConnections();
      receiver.server.close();
    }
  });

  test('an identity token is exchanged for a key that ends soon, printed or stored, and by a client that renews it', async () => {
    const issuer = await startIssuer();
    try {
      const policy = await json(
        ...['trust', 'create', '--name', 'release', '--github', 'acme/app@main', '--issuer', issuer.url],
        ...['--audience', AUDIENCE, '--scope', 'vms:read', '--max-lifetime', '5m'],
      );
      assert.equal(policy.subject, 'repo:acme/app:ref:refs/heads/main');
      assert.match(await cli('trust', 'list'), /release/);
      const subjectToken = issuer.token(policy.subject);
      const exchanged = await cliAs('', ['auth', 'exchange', '--token-stdin'], `${subjectToken}\n`);
      assert.equal(exchanged.code, 0, exchanged.stderr);
      assert.ok(!exchanged.stderr.includes(exchanged.stdout.trim()));
      assert.equal((await cliAs(exchanged.stdout.trim(), ['ls'])).code, 0);
      assert.equal((await cliAs(exchanged.stdout.trim(), ['ssh-keys'])).code, 2);

      const ids = ['--policy', String(policy.id)];
      const stored = await cliAs('', ['auth', 'exchange', '--token-stdin', '--store', ...ids], subjectToken);
      assert.deepEqual([stored.code, stored.stdout], [0, '']);
      assert.equal((await cliAs('', ['ls'])).code, 0, 'the stored key is in force');
      await cliAs('', ['auth', 'logout']);

      const other = await cliAs('', ['auth', 'exchange', '--token-stdin'], issuer.token('repo:evil/app:x'));
      assert.equal(other.code, 1);
      assert.equal(other.stderr.trimEnd().split('\n').length, 3);

      let exchanges = 0;
      const client = new InstaVM({
        baseUrl: server.url,
        credential: () => {
          exchanges += 1;
          return InstaVM.exchangeToken({
            baseUrl: server.url,
            subjectToken: issuer.token(policy.subject),
            // Of so short a life the last fifth is kept back.
            lifetimeSeconds: 60,
          });
        },
      });
      await Promise.all([client.vms.list(), client.vms.list()]);
      assert.equal(exchanges, 1);
      const { credential } = await client.whoami();
      await cli('keys', 'revoke', String(credential.id));
      await client.vms.list();
      assert.equal(exchanges, 2, 'a refused key is replaced');
      assert.match(await cli('trust', 'delete', String(policy.id)), /: deleted, \d+ keys revoked\n$/);
      await assert.rejects(client.vms.list(), { name: 'InstaVMError', code: 'invalid_subject_token' });
    } finally {
      issuer.server.close();
    }
  });

  test('settings of the account and of environments are set, shown and cleared', async () => {
    const account = await json(
      ...['account', 'update', '--rate-limit', '5000/60s,burst=500', '--quota-machines', '40'],
      ...['--machine-idle-timeout-seconds', '900', '--place', 'berlin=192.0.2.0/24', '--quarantine', 'on'],
    );
    assert.deepEqual(
      [account.rate_limit, account.quota_machines, account.machine_idle_timeout_seconds, account.quarantine],
      ['5000/60s,burst=500', 40, 900, true],
    );
    assert.deepEqual(account.places, [{ name: 'berlin', cidrs: ['192.0.2.0/24'] }]);
    const none = [
      '--rate-limit',
      'none',
      '--quota-machines',
      'none',
      '--place',
      'none',
      '--quarantine',
      'off',
    ];
    const cleared = await json('account', 'update', ...none, '--machine-idle-timeout-seconds', 'none');
    assert.deepEqual([cleared.rate_limit, cleared.quota_machines, cleared.places], [null, null, []]);
    const testing = await json('environments', 'update', 'testing', '--machine-lifetime-seconds', '60');
    assert.equal(testing.machine_lifetime_seconds, 60);
    assert.match(await cli('environments', 'list'), / {2}testing .* 60 /);
    await cli('environments', 'update', 'testing', '--machine-lifetime-seconds', 'none');
    assert.equal((await cliAs(own, ['environments', 'update', 'staging', '--rate-limit', 'off'])).code, 2);
  });

  test('anomalies and sign-ins of members are listed, and what is not there is said in three lines', async () => {
    assert.ok(Array.isArray((await json('anomalies', 'list', '--status', 'all')).anomalies));
    const { code, stderr } = await cliAs(own, ['anomalies', 'show', 'none']);
    assert.equal(code, 1);
    assert.equal(stderr.trimEnd().split('\n').length, 3, stderr);
    const [member] = (await json('members', 'list')).members;
    assert.deepEqual((await json('members', 'sessions', member.email)).sessions, []);
    assert.match(await cli('members', 'end-sessions', member.email), /: 0 sign-ins ended\n$/);
  });
});
