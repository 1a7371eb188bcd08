import assert from 'node:assert/strict';
import test, { after, before, suite } from 'node:test';
import { makeAuthority } from '@instavm/server/testing/authority';
import { makeKey, makePerson } from './harness/people.ts';
import { PROXIES, type ProxyName, startProxy } from './harness/proxies.ts';
import { type Endpoint, type RawAnswer, sendRaw } from './harness/raw.ts';
import type { TestServer } from './harness/server.ts';
import { startTlsServer, writeTlsFiles } from './harness/tls-server.ts';

type Way = 'http' | 'https' | ProxyName;

const HOST = 'Host: localhost\r\n';
/** Sent behind each request on its connection: answered only where the one before left the connection in order. */
const MARK = `GET /healthz HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;

const get = (lines: string, target = '/v1/vms') => `GET ${target} HTTP/1.1\r\n${lines}\r\n${MARK}`;
const post = (key: string, lines: string, body: string) =>
  `POST /v1/api-keys/ HTTP/1.1\r\n${HOST}X-API-Key: ${key}\r\nContent-Type: application/json\r\n${lines}\r\n${body}${MARK}`;
const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

suite('raw bytes, straight to the server and through proxies', () => {
  const ways = new Map<Way, Endpoint>();
  const undo: (() => Promise<unknown>)[] = [];
  let server: TestServer;
  let key: string;

  before(async () => {
    const authority = makeAuthority();
    const files = await writeTlsFiles(authority, authority.issue(['localhost']));
    undo.push(() => files.remove());
    server = await startTlsServer(files, { env: { INSTAVM_TRUSTED_PROXIES: '127.0.0.1' } });
    undo.push(() => server.remove());
    const port = Number(new URL(server.url).port);
    ways.set('http', { port }).set('https', { port, ca: authority.cert });
    for (const name of PROXIES) {
      const proxy = await startProxy(name, port, authority.issue(['localhost']));
      undo.push(() => proxy.stop());
      ways.set(name, { port: proxy.httpsPort, ca: authority.cert });
    }
    key = await makeKey(server, await makePerson(server));
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });

  /** Sends it on each way, and lets `check` see the answers. `make` gets the way for names of its own. */
  async function onEachWay(
    make: (way: Way) => string,
    check: (answers: RawAnswer[], way: Way, statuses: number[]) => void,
  ): Promise<void> {
    for (const [way, endpoint] of ways) {
      const answers = await sendRaw(endpoint, make(way));
      check(
        answers,
        way,
        answers.map(({ status }) => status),
      );
    }
  }
  const isDirect = (way: Way) => way === 'http' || way === 'https';

  test('abuse cases 6 to 10, control: a well-formed request is answered on each way, and so is the one behind it', async () => {
    await onEachWay(
      () => get(`${HOST}X-API-Key: ${key}\r\n`),
      (_answers, way, statuses) => assert.deepEqual(statuses, [200, 200], way),
    );
    await onEachWay(
      (way) => post(key, 'Content-Length: 24\r\n', `{"label":"${way.padEnd(12)}"}`),
      (_answers, way, statuses) => assert.deepEqual(statuses, [201, 200], way),
    );
  });

  // What stands on the left must never be taken for the key. `repairs`: proxies that make a whole header of it
  // first, as RFC 9112 (5.2) lets them; the key arrives as if it had been sent well.
  const headers: [string, (key: string) => string, number, Way[]?][] = [
    ['underscores', (text) => `${HOST}X_API_Key: ${text}\r\n`, 401],
    ['a space before the colon', (text) => `${HOST}X-API-Key : ${text}\r\n`, 400],
    ['a tab before the colon', (text) => `${HOST}X-API-Key\t: ${text}\r\n`, 400],
    ['no colon', (text) => `${HOST}X-API-Key ${text}\r\n`, 400],
    ['a header folded into the one before', (text) => `${HOST}Accept: a\r\n X-API-Key: ${text}\r\n`, 400],
    ['a folded header that comes first', (text) => ` X-API-Key: ${text}\r\n${HOST}`, 400],
    ['a folded value', (text) => `${HOST}X-API-Key:\r\n ${text}\r\n`, 400, ['haproxy', 'caddy']],
    ['a NUL behind the value', (text) => `${HOST}X-API-Key: ${text}\0\r\n`, 400],
    ['a CR inside the value', (text) => `${HOST}X-API-Key: ${text}\r \r\n`, 400],
    ['a name behind a bare CR', (text) => `${HOST}A: b\rX-API-Key: ${text}\r\n`, 400],
    ['the header twice', (text) => `${HOST}X-API-Key: ${text}\r\nX-API-Key: ${text}\r\n`, 400],
  ];
  for (const [name, lines, direct, repairs = []] of headers) {
    test(`abuse case 6: ${name} is not the key`, async () => {
      await onEachWay(
        () => get(lines(key)),
        (_answers, way, [status]) => {
          if (isDirect(way)) assert.equal(status, direct, way);
          else if (repairs.includes(way)) assert.equal(status, 200, way);
          else assert.ok(status === 400 || status === 401, `${way}: ${status}`);
        },
      );
    });
  }

  // Framings on which two readers may disagree. `repairs`: proxies that decide for one reading and send that on.
  const framings: [string, (key: string, json: string) => string, Way[]?][] = [
    [
      'Content-Length and Transfer-Encoding',
      (text, json) =>
        post(text, `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n`, chunked(json) + hidden(text, json)),
      ['haproxy', 'caddy'],
    ],
    [
      'Transfer-Encoding and Content-Length',
      (text, json) =>
        post(text, 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', `0\r\n\r\n${hidden(text, json)}`),
      ['haproxy', 'caddy'],
    ],
    [
      'two lengths that differ',
      (text, json) => post(text, `Content-Length: ${json.length}\r\nContent-Length: 0\r\n`, json),
    ],
    [
      'two lengths that agree',
      (text, json) => post(text, `Content-Length: ${json.length}\r\n`.repeat(2), json),
      ['haproxy', 'caddy'],
    ],
    [
      'a list of lengths',
      (text, json) => post(text, `Content-Length: ${json.length}, ${json.length}\r\n`, json),
      ['haproxy'],
    ],
    ['a signed length', (text, json) => post(text, `Content-Length: +${json.length}\r\n`, json)],
    ['a negative length', (text, json) => post(text, 'Content-Length: -1\r\n', json)],
    [
      'a hexadecimal length',
      (text, json) => post(text, `Content-Length: 0x${json.length.toString(16)}\r\n`, json),
    ],
    ['an empty length', (text, json) => post(text, 'Content-Length:\r\n', json), ['caddy']],
    [
      'a space behind Content-Length',
      (text, json) => post(text, `Content-Length : ${json.length}\r\n`, json),
    ],
    [
      'identity as Transfer-Encoding',
      (text, json) => post(text, `Transfer-Encoding: identity\r\nContent-Length: ${json.length}\r\n`, json),
    ],
    [
      'an unknown Transfer-Encoding',
      (text, json) => post(text, 'Transfer-Encoding: xchunked\r\n', chunked(json)),
    ],
    [
      'chunked not last',
      (text, json) => post(text, 'Transfer-Encoding: chunked, identity\r\n', chunked(json)),
    ],
    [
      'two Transfer-Encodings',
      (text, json) =>
        post(text, 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', chunked(json)),
    ],
    [
      'a space behind Transfer-Encoding',
      (text, json) => post(text, 'Transfer-Encoding : chunked\r\n', chunked(json)),
    ],
    [
      'a chunk whose size is none',
      (text, json) => post(text, 'Transfer-Encoding: chunked\r\n', `zz\r\n${json}\r\n0\r\n\r\n`),
    ],
    [
      'a chunk of negative size',
      (text, json) => post(text, 'Transfer-Encoding: chunked\r\n', `-1\r\n${json}\r\n0\r\n\r\n`),
    ],
    [
      'a chunk whose size overflows',
      (text, json) =>
        post(text, 'Transfer-Encoding: chunked\r\n', `ffffffffffffffff0\r\n${json}\r\n0\r\n\r\n`),
    ],
    [
      'a chunk longer than its size',
      (text, json) => post(text, 'Transfer-Encoding: chunked\r\n', `5\r\n${json}\r\n0\r\n\r\n`),
    ],
    [
      'chunks with bare LF',
      (text, json) =>
        post(text, 'Transfer-Encoding: chunked\r\n', `${json.length.toString(16)}\n${json}\n0\n\n`),
      ['nginx', 'haproxy'],
    ],
    [
      'a bare LF in the extension of a chunk',
      (text, json) =>
        post(
          text,
          'Transfer-Encoding: chunked\r\n',
          `${json.length.toString(16)};a\nb\r\n${json}\r\n0\r\n\r\n`,
        ),
    ],
    [
      'bare LF for every line end',
      (text) => `GET /v1/vms HTTP/1.1\nHost: localhost\nX-API-Key: ${text}\n\n${MARK}`,
      ['nginx', 'haproxy', 'caddy'],
    ],
    ['one bare LF', (text) => get(`${HOST}A: b\nX-API-Key: ${text}\r\n`), ['nginx', 'haproxy', 'caddy']],
    ['no Host', (text) => get(`X-API-Key: ${text}\r\n`)],
    ['two Hosts', (text) => get(`${HOST}Host: other.example\r\nX-API-Key: ${text}\r\n`)],
    ['a space behind Host', (text) => get(`Host : localhost\r\nX-API-Key: ${text}\r\n`)],
    ['HTTP/0.9', () => 'GET /v1/vms\r\n\r\n'],
  ];
  for (const [name, bytes, repairs = []] of framings) {
    test(`abuse case 7: ${name} hides no request`, async () => {
      const told: string[] = [];
      const before = await labels();
      await onEachWay(
        (way) => bytes(key, JSON.stringify({ label: `${way} ${name}` })),
        (answers, way, statuses) => {
          if (isDirect(way)) assert.deepEqual(statuses, [400], way);
          else if (!repairs.includes(way)) {
            // nginx hangs up on HTTP/0.9 without a word.
            assert.ok(statuses.length === 0 || statuses[0]! >= 400, `${way}: ${statuses}`);
          }
          for (const { status, body } of answers) if (status === 201) told.push(JSON.parse(body).label);
        },
      );
      const made = (await labels()).slice(before.length);
      assert.deepEqual(
        made.sort(),
        told.sort(),
        'each request that was carried out was answered to its sender',
      );
    });
  }

  /** A request that stands where one reader sees a body. */
  function hidden(text: string, json: string): string {
    const body = json.replace('"}', ' hidden"}');
    return (
      `POST /v1/api-keys/ HTTP/1.1\r\n${HOST}X-API-Key: ${text}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`
    );
  }

  async function labels(): Promise<(string | null)[]> {
    const [answer] = await sendRaw(
      ways.get('http')!,
      `GET /v1/api-keys/ HTTP/1.1\r\n${HOST}X-API-Key: ${key}\r\nConnection: close\r\n\r\n`,
    );
    return (JSON.parse(answer!.body) as { label: string | null }[]).map(({ label }) => label);
  }

  const heads: [string, (key: string) => string][] = [
    [
      '2,100 headers before the key',
      (text) => {
        const many = Array.from({ length: 2100 }, (_, i) => `a${i}: b\r\n`).join('');
        return get(`${HOST}${many}X-API-Key: ${text}\r\n`);
      },
    ],
    ['2,100 short ones', (text) => get(`${HOST}${'a:b\r\n'.repeat(2100)}X-API-Key: ${text}\r\n`)],
    [
      'a header of 17 KB before it',
      (text) => get(`${HOST}A: ${'b'.repeat(17_000)}\r\nX-API-Key: ${text}\r\n`),
    ],
    [
      'a header of 17 KB behind it',
      (text) => get(`${HOST}X-API-Key: ${text}\r\nA: ${'b'.repeat(17_000)}\r\n`),
    ],
    ['an address of 17 KB', (text) => get(`${HOST}X-API-Key: ${text}\r\n`, `/v1/vms?${'a'.repeat(17_000)}`)],
    [
      'a megabyte of headers',
      (text) => get(`${HOST}${`A: ${'b'.repeat(1000)}\r\n`.repeat(1000)}X-API-Key: ${text}\r\n`),
    ],
  ];
  for (const [name, bytes] of heads) {
    test(`abuse case 8: ${name} is too much, and never a request without a key`, async () => {
      await onEachWay(
        () => bytes(key),
        (_answers, way, [status]) => {
          if (isDirect(way)) assert.equal(status, 431, way);
          // nginx and HAProxy call it 400 or 414; some cut the connection while more comes.
          else assert.ok([400, 414, 431, undefined].includes(status), `${way}: ${status}`);
        },
      );
    });
  }
  test('abuse case 8, control: 750 headers of 12 KB before the key are read, and the key is found', async () => {
    for (const way of ['http', 'https'] as const) {
      const many = 'abcdefgh: 1234\r\n'.repeat(750);
      const [answer] = await sendRaw(ways.get(way)!, get(`${HOST}${many}X-API-Key: ${key}\r\n`));
      assert.equal(answer?.status, 200, way);
    }
  });

  test('abuse case 10: TRACE is 405, TRACK and CONNECT end before any rule, and none shows what was sent', async () => {
    for (const line of [
      'TRACE /v1/vms',
      'TRACE /',
      'TRACK /v1/vms',
      'CONNECT localhost:22',
      'CONNECT /v1/vms',
      'FOO /v1/vms',
    ]) {
      await onEachWay(
        () => `${line} HTTP/1.1\r\n${HOST}Connection: close\r\nX-API-Key: ${key}\r\n\r\n`,
        (answers, way, statuses) => {
          if (isDirect(way) && line.startsWith('TRACE')) assert.deepEqual(statuses, [405], `${way}: ${line}`);
          assert.ok(
            statuses.every((status) => status >= 400),
            `${way}: ${line}: ${statuses}`,
          );
          assert.equal(JSON.stringify(answers).includes(key), false);
        },
      );
    }
  });

  test('abuse case 10: no header or parameter puts another method in the place of the one that was sent', async () => {
    const spare = await makeKey(server, await makePerson(server));
    const [list] = await sendRaw(ways.get('http')!, get(`${HOST}X-API-Key: ${spare}\r\n`, '/v1/api-keys/'));
    const [{ id }] = JSON.parse(list!.body) as [{ id: number }];
    for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
      await onEachWay(
        () => get(`${HOST}X-API-Key: ${spare}\r\n${name}: DELETE\r\n`, `/v1/api-keys/${id}?_method=DELETE`),
        (answers, way) => {
          // An unknown parameter may be an error; what counts is that the key lives.
          assert.ok([200, 422].includes(answers[0]!.status), `${way}: ${answers[0]!.status}`);
        },
      );
      await onEachWay(
        () =>
          `POST /v1/api-keys/${id} HTTP/1.1\r\n${HOST}X-API-Key: ${spare}\r\n${name}: DELETE\r\nContent-Length: 0\r\n\r\n${MARK}`,
        (_answers, way, [status]) => assert.equal(status, 405, way),
      );
    }
    const [alive] = await sendRaw(ways.get('http')!, get(`${HOST}X-API-Key: ${spare}\r\n`));
    assert.equal(alive?.status, 200);
    const gone = `DELETE /v1/api-keys/${id} HTTP/1.1\r\n${HOST}X-API-Key: ${spare}\r\n\r\n${MARK}`;
    assert.equal((await sendRaw(ways.get('http')!, gone))[0]?.status, 200, 'control: the real method');
    const [dead] = await sendRaw(ways.get('http')!, get(`${HOST}X-API-Key: ${spare}\r\n`));
    assert.equal(dead?.status, 401);
  });
});
