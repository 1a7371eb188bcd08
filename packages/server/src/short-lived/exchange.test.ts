import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { oauth, trustPolicies } from '@instavm/contract';
import { findSecrets } from '@instavm/keyformat';
import { generateKeyPair } from 'jose';
import { startIssuer, unsigned } from '../testing/issuer.ts';
import { type Answer, startServer } from '../testing/server.ts';
import { joined } from '../testing/team.ts';
import { until } from '../testing/until.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const AUDIENCE = 'https://instavm.example.org';
const SUBJECT = 'repo:acme/app:ref:refs/heads/main';

const server = await startServer({ after }, { config: { webhookAllow: ['127.0.0.0/8'] } });
const issuer = await startIssuer({ after });
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const key = (await ada.key()).text;

const nowSeconds = () => Math.floor(server.world.now() / 1000);
const claims = (given: Record<string, unknown> = {}) => ({
  iss: issuer.url,
  aud: AUDIENCE,
  sub: SUBJECT,
  iat: nowSeconds(),
  exp: nowSeconds() + 300,
  jti: 'token-1',
  ...given,
});

let serial = 0;
async function makePolicy(given: Record<string, unknown> = {}, by = key) {
  const json = {
    name: `policy ${++serial}`,
    issuer: issuer.url,
    audience: AUDIENCE,
    subject: 'repo:acme/app:ref:refs/heads/*',
    scopes: ['vms:read', 'vms:write'],
    ...given,
  };
  const answer = await server.ask('POST', '/v1/trust-policies', { key: by, json });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

const exchange = (token: string | undefined, given: Record<string, string> = {}): Promise<Answer> =>
  server.ask('POST', '/oauth/token', {
    body: new URLSearchParams({
      grant_type: GRANT,
      subject_token_type: JWT,
      ...(token === undefined ? {} : { subject_token: token }),
      ...given,
    }),
  });

const policy = await makePolicy();
const exchangeHere = (token: string, given: Record<string, string> = {}) =>
  exchange(token, { policy_id: String(policy.id), ...given });

function assertRefused(answer: Answer, description: RegExp, code = 'invalid_subject_token'): void {
  assert.equal(answer.status, 400, answer.text);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.deepEqual([answer.json.error, answer.json.code], ['invalid_request', code], answer.text);
  assert.match(answer.json.error_description, description);
  assert.equal(typeof answer.json.detail, 'string');
  assert.equal('access_token' in answer.json, false);
}

test('a token that a policy takes is exchanged for a key, which is like any other and says where it came from', async () => {
  const answer = await exchangeHere(await issuer.sign(claims({ run_id: '42', repository: 'acme/app' })));
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(oauth.token.response.body.parse(answer.json), answer.json);
  const { access_token: text, api_key_id: id, expires_in: expiresIn, ...rest } = answer.json;
  assert.deepEqual(rest, {
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    scope: 'vms:read vms:write',
  });
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.match(text, /^instavm_sk_/);
  assert.ok(expiresIn > 3500 && expiresIn <= 3600, `${expiresIn}`);
  assert.equal((await server.ask('GET', '/v1/vms', { key: text })).status, 200);
  assert.equal((await server.ask('GET', '/v1/ssh-keys', { key: text })).status, 403, 'only its scopes');

  const record = (await server.ask('GET', `/v1/api-keys/${id}`, { key })).json;
  assert.deepEqual(
    [record.trust_policy_id, record.label, record.user_id, record.created_from.address, record.status],
    [policy.id, SUBJECT, ada.id, '127.0.0.1', 'active'],
  );
  const events = await server.ask('GET', '/v1/audit/events?event_type=api_key.created', { key });
  const { event_payload: payload, ...event } = events.json.items[0];
  assert.deepEqual(
    [event.actor_type, event.actor_id, event.resource_id],
    ['system', 'token-exchange', String(id)],
  );
  assert.deepEqual(payload, {
    source: 'token_exchange',
    trust_policy_id: policy.id,
    issuer: issuer.url,
    subject: SUBJECT,
    token_id: 'token-1',
    repository: 'acme/app',
    run_id: '42',
  });
  const after = (await server.ask('GET', `/v1/trust-policies/${policy.id}`, { key })).json;
  assert.deepEqual(trustPolicies.get.response.body.parse(after), after);
  assert.ok(after.exchanges >= 1 && after.last_used_at);

  assert.equal((await server.ask('DELETE', `/v1/api-keys/${id}`, { key })).status, 200);
  assert.equal((await server.ask('GET', '/v1/vms', { key: text })).status, 401, 'revoked like any other');
});

test('a key ends when its time is over, and however often the same token comes, never later than the token allows', async () => {
  const token = await issuer.sign(claims());
  const short = await exchangeHere(token, { lifetime_seconds: '60' });
  assert.equal(short.json.expires_in, 60);
  server.world.advance(200_000);
  const again = await exchangeHere(token);
  assert.equal(again.status, 200, 'the token lives on, and may be used again');
  assert.ok(again.json.expires_in <= 3400, 'an hour from when the token was made, not from now');
  assert.equal((await server.ask('GET', '/v1/vms', { key: short.json.access_token })).status, 401);
  const long = await issuer.sign(claims({ exp: nowSeconds() + 80_000, iat: nowSeconds() - 5000 }));
  const bounded = await exchangeHere(long, { lifetime_seconds: '999999' });
  assert.equal(bounded.json.expires_in, 3600, 'and never more than the policy says');
});

test('keys of an exchange that are over are out of the list of keys, and are shown to whoever asks for them', async () => {
  const ids = async (query: string) =>
    (await server.ask('GET', `/v1/api-keys/${query}`, { key })).json.map(({ id }: { id: number }) => id);
  const made = await exchangeHere(await issuer.sign(claims()), { lifetime_seconds: '60' });
  const { api_key_id: id } = made.json;
  const record = (await server.ask('GET', `/v1/api-keys/${id}`, { key })).json;
  assert.deepEqual(record.notices, [], 'nobody is told to renew it');
  assert.ok((await ids('')).includes(id));
  server.world.advance(61_000);
  await until(async () => !(await ids('')).includes(id));
  assert.ok((await ids('?status=expired')).includes(id));
  assert.ok((await ids('?status=all')).includes(id));
  assert.ok((await ids('')).length > 0, 'control');
});

test('scopes may be asked for less than the policy has; more is refused and not cut', async () => {
  const token = await issuer.sign(claims());
  const less = await exchangeHere(token, { scope: 'vms:read' });
  assert.equal(less.json.scope, 'vms:read');
  assert.equal((await server.ask('POST', '/v1/vms', { key: less.json.access_token, json: {} })).status, 403);
  assert.equal(
    (await exchangeHere(token, { scope: 'vms:*' })).json.scope,
    'vms:*',
    'the same in other words',
  );
  for (const scope of ['vms:read files:read', 'full', 'read-only', 'keys:*']) {
    assertRefused(
      await exchangeHere(token, { scope }),
      /more than the trust policy gives/,
      'invalid_exchange_request',
    );
  }
  assertRefused(await exchangeHere(token, { scope: 'vms:fly' }), /no scope/, 'invalid_exchange_request');
});

test('security: tokens that are wrong in one thing each are refused, and what is said names that thing', async () => {
  const stranger = await startIssuer({ after });
  const [own, foreign] = [await generateKeyPair('RS256'), await generateKeyPair('ES256')];
  const right = await issuer.sign(claims());
  const publicPem = Buffer.from(JSON.stringify(issuer.publicJwk()));
  const forged = (header: object, signature: (text: string) => string) => {
    const text = unsigned(header, claims()).slice(0, -1);
    return `${text}.${signature(text)}`;
  };
  const hmac = (secret: string | Buffer) => (text: string) =>
    createHmac('sha256', secret).update(text).digest('base64url');
  const kid = issuer.publicJwk().kid;
  const cases: [what: string, token: string, says: RegExp][] = [
    ['no signature at all', unsigned({ alg: 'none' }, claims()), /algorithm none/],
    ['none in other letters', unsigned({ alg: 'nOnE', kid }, claims(), 'x'), /nOnE, that is, not at all/],
    [
      'the public key as a secret',
      forged({ alg: 'HS256', kid }, hmac(publicPem)),
      /HS256, which is not accepted/,
    ],
    ['its modulus as a secret', forged({ alg: 'HS256', kid }, hmac(issuer.publicJwk().n!)), /HS256/],
    ['HS256 under the name of RS256', forged({ alg: 'RS256', kid }, hmac(publicPem)), /this signature/],
    ['an algorithm that is none', unsigned({ alg: 'RS257', kid }, claims(), 'x'), /RS257/],
    ['no algorithm', unsigned({ kid }, claims(), 'x'), /algorithm unknown/],
    [
      'a key that they bring along',
      forged({ alg: 'RS256', jwk: issuer.publicJwk() }, () => 'AAAA'),
      /this signature/,
    ],
    ['signed by another key', await issuer.sign(claims(), { key: own.privateKey }), /this signature/],
    [
      'signed by a key of another kind',
      await issuer.sign(claims(), { key: foreign.privateKey, alg: 'ES256' }),
      /this signature/,
    ],
    ['a key that the issuer does not have', await issuer.sign(claims(), { kid: 'key-99' }), /this signature/],
    ['a changed claim', changed(right, { sub: 'repo:acme/app:ref:refs/heads/other' }), /this signature/],
    ['an issuer that nobody trusts', await stranger.sign(claims({ iss: stranger.url })), /the issuer 'http/],
    ['another issuer of that name', await stranger.sign(claims()), /this signature/],
    ['an issuer with a slash more', await issuer.sign(claims({ iss: `${issuer.url}/` })), /slash at its end/],
    [
      'another audience',
      await issuer.sign(claims({ aud: 'https://elsewhere.example.org' })),
      /audience 'https:\/\/elsewhere.example.org'/,
    ],
    ['many audiences, none of them', await issuer.sign(claims({ aud: ['a', 'b'] })), /audience 'a', 'b'/],
    ['no audience', await issuer.sign(claims({ aud: undefined })), /no audience/],
    [
      'another subject',
      await issuer.sign(claims({ sub: 'repo:evil/app:ref:refs/heads/main' })),
      /subject 'repo:evil\/app/,
    ],
    [
      'a subject beyond the star',
      await issuer.sign(claims({ sub: 'repo:acme/app:ref:refs/heads/a/b' })),
      /subject/,
    ],
    ['no subject', await issuer.sign(claims({ sub: '' })), /no subject/],
    [
      'expired',
      await issuer.sign(claims({ iat: nowSeconds() - 400, exp: nowSeconds() - 61 })),
      /expired: exp is/,
    ],
    ['without an end', await issuer.sign(claims({ exp: undefined })), /no end/],
    ['an end that is text', await issuer.sign(claims({ exp: '9999999999' })), /no end/],
    ['of the future', await issuer.sign(claims({ iat: nowSeconds() + 90 })), /from the future: iat/],
    ['not valid yet', await issuer.sign(claims({ nbf: nowSeconds() + 90 })), /not valid yet: nbf/],
    ['without a time of issue', await issuer.sign(claims({ iat: undefined })), /when it was issued/],
    ['good for a year', await issuer.sign(claims({ exp: nowSeconds() + 31_536_000 })), /lives 8760 hours/],
    ['cut off', right.slice(0, -20), /this signature/],
    ['two parts', right.split('.').slice(0, 2).join('.'), /no JSON Web Token/],
    ['encrypted', 'a.b.c.d.e', /encrypted/],
    ['no JSON', `${right.split('.')[0]}.bm8.AAAA`, /cannot be decoded/],
    ['an API key', key, /no JSON Web Token/],
    ['far too long', `${right.split('.')[0]}.${'a'.repeat(17_000)}.AAAA`, /longer than/],
  ];
  for (const [what, token, says] of cases) {
    for (const given of [{}, { policy_id: String(policy.id) }]) {
      const answer = await exchange(token, given);
      assertRefused(answer, says);
      assert.equal(findSecrets(answer.text).length, 0, what);
      assert.equal(answer.text.includes(policy.subject), false, 'nothing of the policy');
    }
    server.world.advance(1000);
  }
  assert.equal((await exchangeHere(await issuer.sign(claims()))).status, 200, 'control');
  for (const [what, given] of Object.entries({
    'a minute late': { iat: nowSeconds() - 359, exp: nowSeconds() - 55 },
    'a minute early': { iat: nowSeconds() + 55, nbf: nowSeconds() + 55, exp: nowSeconds() + 400 },
    'one audience of several': { aud: ['https://elsewhere.example.org', AUDIENCE] },
  })) {
    const answer = await exchangeHere(await issuer.sign(claims(given)));
    assert.equal(answer.status, 200, `control: ${what} ${answer.text}`);
  }
});

function changed(token: string, given: Record<string, unknown>): string {
  const [header, body, signature] = token.split('.');
  const before = JSON.parse(Buffer.from(body!, 'base64url').toString());
  return `${header}.${Buffer.from(JSON.stringify({ ...before, ...given })).toString('base64url')}.${signature}`;
}

test('security: whether another account has a policy, and which, makes no difference to what is said', async () => {
  const bobs = await makePolicy(
    { audience: AUDIENCE, subject: 'repo:bob/secret:**' },
    (await bob.key()).text,
  );
  const token = await issuer.sign(claims({ sub: 'repo:eve/x:ref:refs/heads/main' }));
  const texts = [];
  for (const id of [bobs.id, policy.id, 987_654]) {
    const answer = await exchange(token, { policy_id: String(id) });
    assertRefused(answer, /repo:eve/);
    texts.push(answer.json.detail.replaceAll(String(id), 'ID'));
    assert.equal(answer.text.includes('bob'), false);
  }
  assert.equal(new Set(texts).size, 1, texts.join('\n'));
  await server.ask('DELETE', `/v1/trust-policies/${bobs.id}`, { key: (await bob.key()).text });
});

test('a token that fits two policies is for the one that is named, whichever accounts they are of', async () => {
  const bobs = (await bob.key()).text;
  const other = await makePolicy({ subject: 'repo:acme/**', scopes: ['files:read'] }, bobs);
  const token = await issuer.sign(claims());
  assertRefused(await exchange(token), /policy_id/, 'invalid_exchange_request');
  const his = await exchange(token, { policy_id: String(other.id) });
  assert.equal(his.json.scope, 'files:read');
  assert.equal(
    (await server.ask('GET', '/v1/whoami', { key: his.json.access_token })).json.account.id,
    bob.accountId,
  );
  assert.equal((await exchangeHere(token)).json.scope, 'vms:read vms:write');
  assert.equal((await server.ask('DELETE', `/v1/trust-policies/${other.id}`, { key: bobs })).status, 200);
  assert.equal((await exchange(token)).status, 200, 'control: one alone needs no name');
});

test('a request that is no token exchange is told what is missing, in the words of OAuth', async () => {
  const token = await issuer.sign(claims());
  for (const [given, says, error] of [
    [{ grant_type: 'client_credentials' }, /grant_type must be/, 'unsupported_grant_type'],
    [
      { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
      /subject_token_type/,
      'invalid_request',
    ],
    [
      { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
      /requested_token_type/,
      'invalid_request',
    ],
    [{ actor_token: 'a', actor_token_type: JWT }, /actor_token/, 'invalid_request'],
    [{ policy_id: 'one' }, /policy_id/, 'invalid_request'],
    [{ lifetime_seconds: '-1' }, /lifetime_seconds/, 'invalid_request'],
  ] as const) {
    const answer = await exchange(token, given);
    assert.deepEqual(
      [answer.status, answer.json.error, answer.json.code],
      [400, error, 'invalid_exchange_request'],
      answer.text,
    );
    assert.match(answer.json.error_description, says);
  }
  assertRefused(await exchange(undefined), /subject_token is missing/, 'invalid_exchange_request');
  const twice = await server.ask('POST', '/oauth/token', {
    body: `grant_type=${GRANT}&subject_token_type=${JWT}&subject_token=a&subject_token=b`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assertRefused(twice, /subject_token/, 'invalid_exchange_request');
  const empty = await server.ask('POST', '/oauth/token', { json: {} });
  assert.deepEqual([empty.status, empty.json.error], [400, 'unsupported_grant_type']);
  const xml = await server.ask('POST', '/oauth/token', {
    body: '<a/>',
    headers: { 'content-type': 'text/xml' },
  });
  assert.deepEqual([xml.status, xml.json.error], [415, 'invalid_request']);
});

test('what clients really send is taken: other names of a JWT, JSON, a netrc header, a charset, blanks around the token', async () => {
  const token = await issuer.sign(claims());
  for (const name of ['id_token', 'access_token', 'jwt']) {
    const answer = await exchangeHere(token, {
      subject_token_type: `urn:ietf:params:oauth:token-type:${name}`,
    });
    assert.equal(answer.status, 200, name);
  }
  const full = {
    grant_type: GRANT,
    subject_token: ` ${token}\n`,
    subject_token_type: JWT,
    requested_token_type: ACCESS_TOKEN,
    audience: 'https://instavm.example.org',
    client_id: 'ci',
    policy_id: policy.id,
    lifetime_seconds: 120,
  };
  const json = await server.ask('POST', '/oauth/token', { json: full });
  assert.deepEqual([json.status, json.json.expires_in], [200, 120], json.text);
  const form = await server.ask('POST', '/oauth/token', {
    body: new URLSearchParams({
      ...full,
      policy_id: String(policy.id),
      lifetime_seconds: '120',
    }).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      authorization: `Basic ${randomBytes(12).toString('base64')}`,
    },
  });
  assert.equal(form.status, 200, form.text);
});

test('security: an issuer that does not answer, or answers with something else, is 503 with Retry-After; nothing is accepted', async () => {
  for (const how of ['broken', 'redirect', 'other issuer', 'huge'] as const) {
    const down = await startIssuer({ after });
    const its = await makePolicy({ issuer: down.url });
    down.answers(how);
    const token = await down.sign(claims({ iss: down.url }));
    const ask = () => exchange(token, { policy_id: String(its.id) });
    const answer = await ask();
    assert.deepEqual(
      [answer.status, answer.json.code, answer.json.error],
      [503, 'issuer_unreachable', 'temporarily_unavailable'],
      `${how} ${answer.text}`,
    );
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    const asked = down.asked.discovery + down.asked.keys;
    await ask();
    assert.equal(down.asked.discovery + down.asked.keys, asked, 'it is not asked again at once');
    down.answers('right');
    server.world.advance(5000);
    assert.equal((await ask()).status, 200, `control: ${how}, once it answers`);
  }
});

test('security: an issuer on a network within is not asked unless the operator allows it', async () => {
  const strict = await startServer({ after });
  const eve = await strict.person('Eve');
  const make = async (given: object) =>
    strict.ask('POST', '/v1/trust-policies', {
      key: (await eve.key()).text,
      json: { name: 'x', issuer: issuer.url, audience: AUDIENCE, subject: 'a', ...given },
    });
  for (const given of [
    {},
    { issuer: 'https://127.0.0.1' },
    { issuer: 'https://10.0.0.1' },
    { issuer: 'https://localhost' },
    { issuer: 'http://issuer.example.org' },
    { issuer: 'https://issuer.example.org', jwks_url: 'http://169.254.169.254/keys' },
  ]) {
    const answer = await make(given);
    assert.equal(answer.status, 422, answer.text);
    assert.match(answer.json.detail[0].msg, /INSTAVM_WEBHOOK_ALLOW|plain http/);
  }
  assert.equal((await make({ issuer: 'https://issuer.example.org' })).status, 201, 'control');
});

test('security: whoever may do less than a policy makes none, and its keys never do more than its owner may now', async () => {
  const few = (await ada.key({ scopes: ['keys:write', 'vms:read'] })).text;
  const beyond = await server.ask('POST', '/v1/trust-policies', {
    key: few,
    json: { name: 'beyond', issuer: issuer.url, audience: AUDIENCE, subject: 'a', scopes: ['vms:write'] },
  });
  assert.deepEqual([beyond.status, beyond.json.code], [403, 'permission_denied']);
  await makePolicy({ subject: 'a', scopes: ['vms:read'] }, few);
  const ci = (
    await server.ask('POST', '/v1/service-accounts', { key, json: { name: 'ci', role: 'developer' } })
  ).json;
  const its = await makePolicy({ subject: 'repo:acme/ci', service_account_id: ci.id, scopes: ['full'] });
  const token = await issuer.sign(claims({ sub: 'repo:acme/ci' }));
  const { access_token: text } = (await exchange(token, { policy_id: String(its.id) })).json;
  const list = () => server.ask('POST', '/v1/vms', { key: text, json: {} });
  assert.equal((await list()).status, 201, 'control');
  await server.ask('PATCH', `/v1/service-accounts/${ci.id}`, { key, json: { role: 'viewer' } });
  assert.equal((await list()).status, 403);
  await server.ask('POST', `/v1/service-accounts/${ci.id}/suspend`, { key });
  assertRefused(await exchange(token, { policy_id: String(its.id) }), /suspended or gone/);
  assert.equal((await list()).status, 401);
});

test('security: a key of a policy makes nothing that lasts, whatever its scopes say, and is not changed or rotated', async () => {
  const all = await makePolicy({ subject: 'repo:acme/all', scopes: ['full'] });
  const token = await issuer.sign(claims({ sub: 'repo:acme/all' }));
  const { access_token: text, api_key_id: id } = (await exchange(token, { policy_id: String(all.id) })).json;
  for (const [method, path, json] of [
    ['POST', '/v1/api-keys/', {}],
    ['POST', `/v1/api-keys/${id}/rotate`, {}],
    ['POST', '/v1/trust-policies', { name: 'y', issuer: issuer.url, audience: 'a', subject: 'a' }],
    ['POST', '/v1/invitations', { email: 'eve@example.com', role: 'viewer' }],
    ['PATCH', '/v1/account', { name: 'x' }],
  ] as const) {
    const answer = await server.ask(method, path, { key: text, json });
    assert.deepEqual([answer.status, answer.json.code], [403, 'permission_denied'], path);
    assert.match(answer.json.detail, /token exchange/);
  }
  const permissions = (await server.ask('GET', '/v1/whoami', { key: text })).json.credential.permissions;
  assert.ok(permissions.includes('vms:write') && !permissions.includes('keys:write'));
  for (const [method, path, json] of [
    ['PATCH', `/v1/api-keys/${id}`, { expires_at: '2099-01-01T00:00:00Z' }],
    ['POST', `/v1/api-keys/${id}/rotate`, {}],
  ] as const) {
    const answer = await server.ask(method, path, { key, json });
    assert.deepEqual([answer.status, answer.json.code], [409, 'key_not_editable'], answer.text);
  }
  for (const act of ['disable', 'enable']) {
    assert.equal((await server.ask('POST', `/v1/api-keys/${id}/${act}`, { key })).status, 200, act);
  }
});

test('a deleted policy takes no token any more, and its keys are refused from the next request on', async () => {
  const its = await makePolicy({ subject: 'repo:acme/gone' });
  const token = await issuer.sign(claims({ sub: 'repo:acme/gone' }));
  const texts: string[] = [];
  for (let n = 0; n < 3; n++)
    texts.push((await exchange(token, { policy_id: String(its.id) })).json.access_token);
  const others = (await exchangeHere(await issuer.sign(claims()))).json.access_token;
  const gone = await server.ask('DELETE', `/v1/trust-policies/${its.id}`, { key });
  assert.deepEqual([gone.status, gone.json], [200, { id: its.id, status: 'deleted', keys: { revoked: 3 } }]);
  for (const text of texts) {
    const answer = await server.ask('GET', '/v1/vms', { key: text });
    assert.deepEqual([answer.status, answer.json.code], [401, 'key_revoked']);
  }
  assert.equal(
    (await server.ask('GET', '/v1/vms', { key: others })).status,
    200,
    'control: keys of another policy',
  );
  assertRefused(await exchange(token, { policy_id: String(its.id) }), /subject/);
  assert.equal((await server.ask('GET', `/v1/trust-policies/${its.id}`, { key })).status, 404);
  assert.equal((await server.ask('DELETE', `/v1/trust-policies/${its.id}`, { key })).status, 404);
});

test('a member who leaves takes their policies along, unless somebody takes them over with the keys', async () => {
  for (const choice of ['revoke', `member:${ada.id}`]) {
    const leaver = await joined(server, ada, `Leaver${choice.length}`, 'developer');
    const its = await makePolicy({ subject: 'repo:acme/leaver' }, (await leaver.key()).text);
    const token = () => issuer.sign(claims({ sub: 'repo:acme/leaver' }));
    const first = await exchange(await token(), { policy_id: String(its.id) });
    assert.equal(first.status, 200, first.text);
    const removed = await server.ask('DELETE', `/v1/members/${leaver.id}?keys=${choice}`, { key });
    assert.equal(removed.status, 200, removed.text);
    const then = await exchange(await token(), { policy_id: String(its.id) });
    assert.equal(then.status, choice === 'revoke' ? 400 : 200, then.text);
    const works = await server.ask('GET', '/v1/vms', { key: first.json.access_token });
    assert.equal(works.status, choice === 'revoke' ? 401 : 200);
    if (choice !== 'revoke') await server.ask('DELETE', `/v1/trust-policies/${its.id}`, { key });
  }
});

test('security: a flood of refused tokens from one network is slowed down, and a right one is not', async () => {
  const token = await issuer.sign(claims({ aud: 'https://elsewhere.example.org' }));
  let status = 0;
  for (let n = 0; n < 200 && status !== 429; n++) ({ status } = await exchange(token));
  const slowed = await exchange(token);
  assert.deepEqual(
    [slowed.status, slowed.json.detail, slowed.json.error],
    [429, 'Rate limit exceeded', 'temporarily_unavailable'],
  );
  assert.ok(Number(slowed.headers.get('retry-after')) > 0);
  assert.equal((await exchangeHere(await issuer.sign(claims()))).status, 200);
  server.world.advance(60_000);
  assert.equal((await exchange(token)).status, 400, 'control: later it is told again');
});

test('security: at the dashboard, trusting somebody needs a password given within 12 hours', async () => {
  const eve = await server.person('Eve');
  const make = (name: string) =>
    server.ask('POST', '/app/v1/trust-policies', {
      cookie: eve.cookie,
      json: { name, issuer: issuer.url, audience: AUDIENCE, subject: 'a' },
    });
  assert.equal((await make('early')).status, 201, 'control');
  server.world.advance(13 * 3_600_000);
  const late = await make('late');
  assert.deepEqual([late.status, late.json.code], [403, 'recent_sign_in_required']);
});

test('what was refused is in the audit trail of the account that it came as far as, counted', async () => {
  const token = await issuer.sign(claims({ sub: 'repo:acme/app:pull_request' }));
  await exchange(token);
  await exchange(token);
  await server.deps.refusals.flush(server.deps.db, server.world.now());
  const { json } = await server.ask('GET', '/v1/audit/events?event_type=auth.refused', { key });
  const event = json.items.find(
    ({ event_payload: { code } }: { event_payload: { code: string } }) => code === 'invalid_subject_token',
  );
  assert.ok(event, JSON.stringify(json.items));
  assert.deepEqual([event.actor_type, event.event_payload.operation], ['unknown', 'oauth.token']);
  assert.ok(event.event_payload.count >= 2);
});
