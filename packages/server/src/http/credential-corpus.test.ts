import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { mintKey } from '@instavm/keyformat';
import fc from 'fast-check';
import { startServer } from '../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const GOOD = (await ada.key()).text;
const OTHER = (await bob.key()).text;
const WRONG = mintKey(randomBytes);

/** Sends bytes as they are, in the given pieces, and reads to the end. */
async function send(pieces: string[]): Promise<{ status: number; text: string }> {
  const socket = connect(server.port, '127.0.0.1').setNoDelay();
  // Who refuses while more arrives may reset the connection behind its answer.
  socket.on('error', () => {});
  const answer = textOf(socket).catch(() => '');
  for (const piece of pieces) {
    socket.write(Buffer.from(piece, 'latin1'));
    if (pieces.length > 1) await new Promise(setImmediate);
  }
  const text = await answer;
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0), text };
}

const head = (lines: string[], start = 'GET /v1/users/me HTTP/1.1') =>
  `${[start, 'Host: 127.0.0.1', 'Connection: close', ...lines].join('\r\n')}\r\n\r\n`;

type Verdict = 'ada' | 'bob' | 400 | 401;

function verdictOf({ status, text }: { status: number; text: string }): Verdict | string {
  if (status === 200) {
    if (text.includes(`"id":${ada.id},`)) return 'ada';
    return text.includes(`"id":${bob.id},`) ? 'bob' : text;
  }
  return status === 400 || status === 401 ? status : `${status}: ${text}`;
}

/** Headers as they stand on the wire, and what the server makes of them. */
const CORPUS: [Verdict, string, string[]][] = [
  ['ada', 'control: one header', [`X-API-Key: ${GOOD}`]],
  ['bob', 'control: the key of another', [`X-API-Key: ${OTHER}`]],
  [401, 'control: no header', []],
  ['ada', 'control: bearer', [`Authorization: Bearer ${GOOD}`]],
  ['ada', 'no blank behind the colon', [`X-API-Key:${GOOD}`]],
  ['ada', 'blanks and tabs round the value', [`X-API-Key: \t ${GOOD} \t`]],
  ['ada', 'the name in capitals', [`X-API-KEY: ${GOOD}`]],
  ['ada', 'the name in small letters', [`x-api-key: ${GOOD}`]],
  ['ada', 'the scheme in other letters', [`authorization: bEaReR ${GOOD}`]],
  ['ada', 'a tab behind the scheme', [`Authorization: Bearer\t${GOOD}`]],
  ['ada', 'many blanks behind the scheme', [`Authorization: Bearer     ${GOOD}`]],
  ['ada', 'the same key in both', [`X-API-Key: ${GOOD}`, `Authorization: Bearer ${GOOD}`]],
  ['ada', 'the same key in both, other order', [`Authorization: Bearer ${GOOD}`, `X-API-Key: ${GOOD}`]],
  ['ada', 'Basic beside it', [`X-API-Key: ${GOOD}`, 'Authorization: Basic dTpw']],
  ['ada', 'Basic with a key beside it', [`X-API-Key: ${GOOD}`, `Authorization: Basic ${btoa(`${OTHER}:`)}`]],
  ['ada', 'Basic twice beside it', [`X-API-Key: ${GOOD}`, ...Array(2).fill('Authorization: Basic dTpw')]],
  ['ada', 'Digest beside it', [`X-API-Key: ${GOOD}`, 'Authorization: Digest username="u"']],
  ['ada', 'Basic before Bearer', ['Authorization: Basic dTpw', `Authorization: Bearer ${GOOD}`]],
  ['ada', 'a cookie of another', [`X-API-Key: ${GOOD}`, `Cookie: ${bob.cookie}`]],
  ['ada', 'another key in a cookie', [`X-API-Key: ${GOOD}`, `Cookie: x-api-key=${OTHER}; api_key=${OTHER}`]],
  [
    'ada',
    'another key in Proxy-Authorization',
    [`X-API-Key: ${GOOD}`, `Proxy-Authorization: Bearer ${OTHER}`],
  ],
  [
    'ada',
    'another key under a name like it',
    [`X-API-Key: ${GOOD}`, `X_API_Key: ${OTHER}`, `X-Api-Key2: ${OTHER}`],
  ],
  ['ada', 'Connection that names it', [`X-API-Key: ${GOOD}`, 'Connection: x-api-key']],
  [400, 'good, then wrong', [`X-API-Key: ${GOOD}`, `X-API-Key: ${WRONG}`]],
  [400, 'wrong, then good', [`X-API-Key: ${WRONG}`, `X-API-Key: ${GOOD}`]],
  [400, 'good twice', [`X-API-Key: ${GOOD}`, `X-API-Key: ${GOOD}`]],
  [400, 'good twice, names in other letters', [`X-API-Key: ${GOOD}`, `x-api-KEY: ${GOOD}`]],
  [400, 'good, then empty', [`X-API-Key: ${GOOD}`, 'X-API-Key:']],
  [400, 'empty twice', ['X-API-Key:', 'X-API-Key:']],
  [400, 'good, then far away good', [`X-API-Key: ${GOOD}`, ...Array(900).fill('a: b'), `X-API-Key: ${GOOD}`]],
  [400, 'two good keys', [`X-API-Key: ${GOOD}`, `X-API-Key: ${OTHER}`]],
  [400, 'two bearers', [`Authorization: Bearer ${GOOD}`, `Authorization: Bearer ${WRONG}`]],
  [400, 'two bearers, the first wrong', [`Authorization: Bearer ${WRONG}`, `Authorization: Bearer ${GOOD}`]],
  [400, 'bearer and a scheme without a value', [`Authorization: Bearer ${GOOD}`, 'Authorization: Bearer']],
  [400, 'key and another bearer', [`X-API-Key: ${GOOD}`, `Authorization: Bearer ${OTHER}`]],
  [400, 'wrong key and good bearer', [`X-API-Key: ${WRONG}`, `Authorization: Bearer ${GOOD}`]],
  [400, 'key and an empty bearer', [`X-API-Key: ${GOOD}`, 'Authorization: Bearer ']],
  [400, 'empty key and good bearer', ['X-API-Key: ', `Authorization: Bearer ${GOOD}`]],
  [401, 'two keys with a comma', [`X-API-Key: ${GOOD}, ${GOOD}`]],
  [401, 'a key and a comma', [`X-API-Key: ${GOOD},`]],
  [401, 'in quotes', [`X-API-Key: "${GOOD}"`]],
  [401, 'with the scheme in X-API-Key', [`X-API-Key: Bearer ${GOOD}`]],
  [401, 'as a parameter of the scheme', [`Authorization: Bearer token="${GOOD}"`]],
  [401, 'the scheme twice', [`Authorization: Bearer Bearer ${GOOD}`]],
  [401, 'no blank behind the scheme', [`Authorization: Bearer${GOOD}`]],
  [401, 'no scheme', [`Authorization: ${GOOD}`]],
  [401, 'another scheme', [`Authorization: Token ${GOOD}`]],
  [401, 'Basic with the key', [`Authorization: Basic ${btoa(`${GOOD}:`)}`]],
  [401, 'Basic with the key as password', [`Authorization: Basic ${btoa(`api:${GOOD}`)}`]],
  [401, 'Proxy-Authorization alone', [`Proxy-Authorization: Bearer ${GOOD}`]],
  [401, 'underscores', [`X_API_Key: ${GOOD}`]],
  [401, 'a letter more', [`X-API-Keys: ${GOOD}`]],
  [401, 'a letter less', [`X-API-Ke: ${GOOD}`]],
  [401, 'no dashes', [`XAPIKey: ${GOOD}`]],
  [401, 'in a cookie', [`Cookie: X-API-Key=${GOOD}`]],
  [401, 'in Referer', [`Referer: http://x/?api_key=${GOOD}`]],
  [401, 'in User-Agent', [`User-Agent: ${GOOD}`]],
  [401, 'in Forwarded', [`Forwarded: for=x;X-API-Key=${GOOD}`]],
  [401, 'in Sec-WebSocket-Protocol', [`Sec-WebSocket-Protocol: ${GOOD}`]],
  [401, 'a no-break blank behind it', [`X-API-Key: ${GOOD}\xa0`]],
  [401, 'a blank inside', [`X-API-Key: ${GOOD.slice(0, 30)} ${GOOD.slice(30)}`]],
  [401, 'percent-encoded', [`X-API-Key: ${GOOD.replace('_', '%5F')}`]],
  [400, 'a blank before the colon', [`X-API-Key : ${GOOD}`]],
  [400, 'a tab before the colon', [`X-API-Key\t: ${GOOD}`]],
  [400, 'a blank before the name', [` X-API-Key: ${GOOD}`]],
  [400, 'folded into the header before', ['Accept: a', ` X-API-Key: ${GOOD}`]],
  [400, 'a folded value', ['X-API-Key:', ` ${GOOD}`]],
  [400, 'a folded second half', [`X-API-Key: ${GOOD.slice(0, 30)}`, ` ${GOOD.slice(30)}`]],
  [400, 'NUL behind it', [`X-API-Key: ${GOOD}\0`]],
  [400, 'NUL in the name', [`X-API\0-Key: ${GOOD}`]],
  [400, 'a bare CR inside', [`X-API-Key: ${GOOD.slice(0, 30)}\r${GOOD.slice(30)}`]],
  [400, 'a bare LF before it', [`Accept: a\nX-API-Key: ${GOOD}`]],
  [400, 'no colon', [`X-API-Key ${GOOD}`]],
  [400, 'no name', [`: ${GOOD}`]],
  [400, 'a letter of latin-1 in the name', [`X-API-Ke\xff: ${GOOD}`]],
];

test('abuse case 5: the corpus of raw heads: each has the one verdict that the table says', async () => {
  for (const [verdict, what, lines] of CORPUS) {
    assert.equal(verdictOf(await send([head(lines)])), verdict, what);
  }
});

test('abuse case 5: the same corpus byte for byte: how a head is cut on its way changes no verdict', async () => {
  for (const [verdict, what, lines] of CORPUS.filter(([, , { length }]) => length < 9)) {
    const bytes = head(lines);
    const cut = bytes.indexOf(GOOD.slice(20)) + 10;
    const pieces = [bytes.slice(0, 9), bytes.slice(9, cut), bytes.slice(cut)];
    assert.equal(verdictOf(await send(pieces)), verdict, what);
  }
});

test('abuse case 6: a request behind a refused one on the same connection never gets its credential', async () => {
  for (const [verdict, what, lines] of CORPUS.filter(([found]) => found === 400)) {
    const follower = head([]);
    const { text } = await send([head(lines).replace('Connection: close\r\n', '') + follower]);
    assert.doesNotMatch(text, /HTTP\/1\.1 200/, `${what} (${verdict})`);
  }
  const both = await send([head([`X-API-Key: ${GOOD}`]).replace('Connection: close\r\n', '') + head([])]);
  assert.match(both.text, /^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 401 /, 'control: each has its own credential');
});

const blank = fc.constantFrom('', ' ', '\t', '  ');
/** What stands behind a name or scheme, by what it is called: no key is printed when something goes wrong. */
const TEXTS = {
  ...{ good: GOOD, 'of another': OTHER, wrong: WRONG, '': '', garbage: 'garbage' },
  ...{ 'good, good': `${GOOD}, ${GOOD}`, cut: GOOD.slice(0, 60), '"good"': `"${GOOD}"` },
  ...{ 'Basic dTpw': 'Basic dTpw', Bearergood: `Bearer${GOOD}`, 'Bearer of another': `Bearer ${OTHER}` },
  'cookies of another': `x-api-key=${OTHER}; ${bob.cookie}`,
};
type TextName = keyof typeof TEXTS;

const text: fc.Arbitrary<TextName> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<TextName[]>('good', 'good', 'of another', 'wrong') },
  { weight: 2, arbitrary: fc.constantFrom<TextName[]>('', 'garbage', 'good, good', 'cut', '"good"') },
);
const inAnyCase = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((ups) => [...name].map((c, i) => (ups[i] ? c.toUpperCase() : c.toLowerCase())).join(''));
type Line = readonly [name: string, before: string, scheme: string, value: TextName, behind: string];

const line: fc.Arbitrary<Line> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(inAnyCase('x-api-key'), blank, fc.constant(''), text, blank) },
  {
    weight: 4,
    arbitrary: fc.tuple(inAnyCase('authorization'), blank, inAnyCase('bearer '), text, blank),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Line[]>(
      ['Authorization', ' ', '', 'Basic dTpw', ''],
      ['Authorization', ' ', '', 'Bearergood', ''],
      ['Cookie', ' ', '', 'cookies of another', ''],
      ['X_API_Key', ' ', '', 'of another', ''],
      ['Proxy-Authorization', ' ', '', 'Bearer of another', ''],
      ['X-Forwarded-For', ' ', '', 'of another', ''],
    ),
  },
);

/** The rule as plainly as it can be said: what is sent as a key must be one text, or it is 400. */
function expected(lines: readonly Line[]): Verdict {
  const trimmed = (value: string) => value.split(/^[ \t]*|[ \t]*$/).join('');
  const named = (name: string) =>
    lines
      .filter((one) => one[0].toLowerCase() === name)
      .map(([, , scheme, value]) => trimmed(scheme + TEXTS[value]));
  const keys = named('x-api-key');
  const bearers = named('authorization')
    .filter((value) => value.toLowerCase().split(/[ \t]/)[0] === 'bearer')
    .map((value) => trimmed(value.slice('bearer'.length)));
  if (keys.length > 1 || bearers.length > 1) return 400;
  const sent = new Set([...keys, ...bearers]);
  if (sent.size > 1) return 400;
  if (sent.has(GOOD)) return 'ada';
  return sent.has(OTHER) ? 'bob' : 401;
}

test('abuse case 5: property: whatever headers come together in whatever pieces, it is one credential or 400', async () => {
  const counts = new Map<Verdict, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 4 }),
      fc.array(fc.nat({ max: 400 }), { maxLength: 3 }),
      async (lines, cuts) => {
        const bytes = head(
          lines.map(
            ([name, before, scheme, value, behind]) => `${name}:${before}${scheme}${TEXTS[value]}${behind}`,
          ),
        );
        const ends = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = ends.slice(1).map((end, i) => bytes.slice(ends[i], end));
        const verdict = expected(lines);
        counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
        assert.equal(verdictOf(await send(pieces)), verdict);
      },
    ),
    { numRuns: 400 },
  );
  for (const verdict of ['ada', 'bob', 400, 401] as const) {
    assert.ok((counts.get(verdict) ?? 0) >= 10, `control: ${verdict} came ${counts.get(verdict)} times`);
  }
});

const PLACES = ['x-api-key', 'bearer', 'body'] as const;

test('abuse case 5: where a session is started, three places say one key or it is 400', async () => {
  const texts = [null, GOOD, OTHER, WRONG];
  const names = ['nothing', 'good', 'of another', 'wrong'];
  for (const a of texts) {
    for (const b of texts) {
      for (const c of texts) {
        const sent = new Set([a, b, c].filter((one) => one !== null));
        const body = JSON.stringify({ ...(c === null ? {} : { api_key: c }), memory_mb: 128 });
        const { status } = await send([
          head(
            [
              ...(a === null ? [] : [`X-API-Key: ${a}`]),
              ...(b === null ? [] : [`Authorization: Bearer ${b}`]),
              'Content-Type: application/json',
              `Content-Length: ${body.length}`,
            ],
            'POST /v1/sessions/session HTTP/1.1',
          ) + body,
        ]);
        const good = sent.size === 1 && !sent.has(WRONG);
        const wanted = sent.size > 1 ? 400 : good ? 201 : 401;
        assert.equal(
          status,
          wanted,
          PLACES.map((place, i) => `${place} ${names[texts.indexOf([a, b, c][i]!)]}`).join(', '),
        );
      }
    }
  }
});
