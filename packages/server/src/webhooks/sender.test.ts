import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeAuthority } from '../testing/authority.ts';
import { until } from '../testing/until.ts';
import { reachOf } from './addresses.ts';
import { NameError, type Resolve } from './resolver.ts';
import { Sender } from './sender.ts';

const LOCAL = ['127.0.0.1/32'];

function senderFor(allowed: string[], resolve: Resolve = async () => ['127.0.0.1']) {
  const sender = new Sender({ reach: reachOf(allowed), resolve });
  after(() => sender.close());
  return (url: string, options: { timeoutMs?: number; keepsAnswer?: boolean } = {}) =>
    sender.post({
      url,
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
      timeoutMs: 5000,
      ...options,
    });
}

async function listening(server: Server, host = '127.0.0.1', port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const http = (listener: RequestListener, host?: string, port?: number) =>
  listening(createServer(listener), host, port);

test('a post arrives as it is, and the answer is its status', async () => {
  const seen: unknown[] = [];
  const port = await http((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push([request.method, request.url, request.headers.host, request.headers['content-type'], body]);
      response.writeHead(202, { 'retry-after': '7' }).end('thank you');
    });
  });
  const outcome = await senderFor(LOCAL)(`http://hooks.example:${port}/a/b?c=%20d`, { keepsAnswer: true });
  assert.deepEqual(seen, [['POST', '/a/b?c=%20d', `hooks.example:${port}`, 'application/json', '{"a":1}']]);
  assert.deepEqual(
    { ...outcome, durationMs: 0 },
    { statusCode: 202, error: null, retryAfter: '7', durationMs: 0, answer: 'thank you' },
  );
});

test('security: nothing is sent to an address that is not allowed, by number or by name, and the address stays unsaid', async () => {
  let requests = 0;
  const port = await http((_request, response) => {
    requests++;
    response.end();
  });
  for (const [allowed, url, names] of [
    [[], `http://127.0.0.1:${port}/`, []],
    [[], `http://2130706433:${port}/`, []],
    [[], `http://[::ffff:127.0.0.1]:${port}/`, []],
    [[], `https://127.0.0.1:${port}/`, []],
    [[], `http://inner.example:${port}/`, ['127.0.0.1']],
    [[], `https://inner.example:${port}/`, ['::ffff:7f00:1', '10.0.0.1', '64:ff9b::7f00:1']],
    [['127.0.0.2/32'], `http://inner.example:${port}/`, ['127.0.0.1']],
    [LOCAL, `http://public.example:${port}/`, ['8.8.8.8']],
  ] as const) {
    const { statusCode, error } = await senderFor([...allowed], async () => names)(url);
    assert.equal(statusCode, null, url);
    assert.match(error ?? '', /nothing is sent there/, url);
    for (const name of names) assert.equal(error!.includes(name), false, error!);
  }
  assert.equal(requests, 0);
  assert.equal((await senderFor(LOCAL)(`http://inner.example:${port}/`)).statusCode, 200, 'control');
  assert.equal(requests, 1);
});

test('security: a name that changes its address after it was judged gains nothing', async () => {
  const reached: string[] = [];
  const answer = (host: string) => (_: unknown, response: { end(): void; shouldKeepAlive: boolean }) => {
    reached.push(host);
    response.shouldKeepAlive = false;
    response.end();
  };
  const port = await http(answer('allowed'), '127.0.0.1');
  await http(answer('forbidden'), '127.0.0.2', port);
  const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.2', '127.0.0.1'], ['127.0.0.1', '127.0.0.2']];
  let lookups = 0;
  const post = senderFor(LOCAL, async () => answers[lookups++]!);
  const url = `http://rebinding.example:${port}/`;
  assert.equal((await post(url)).statusCode, 200);
  assert.match((await post(url)).error ?? '', /this machine itself/);
  assert.equal((await post(url)).statusCode, 200, 'of several addresses the allowed one is used');
  assert.equal((await post(url)).statusCode, 200);
  assert.deepEqual(reached, ['allowed', 'allowed', 'allowed']);
  assert.equal(lookups, 4, 'each connection goes to what one look-up gave');
});

test('a redirect is an answer like another, and is not followed', async () => {
  let followed = 0;
  const target = await http((_request, response) => {
    followed++;
    response.end();
  });
  const port = await http((_request, response) =>
    response.writeHead(307, { location: `http://127.0.0.1:${target}/` }).end(),
  );
  assert.equal((await senderFor(LOCAL)(`http://127.0.0.1:${port}/`)).statusCode, 307);
  assert.equal(followed, 0);
});

test('a receiver that never answers, never ends its answer or never stops it costs the time-out and 64 kB at most', async () => {
  const post = senderFor(LOCAL);
  const hanging = await http(() => {});
  const silent = await post(`http://127.0.0.1:${hanging}/`, { timeoutMs: 150 });
  assert.deepEqual([silent.statusCode, silent.error], [null, 'It did not answer within 0.15 s.']);
  let open = 0;
  const dripping = await http((request, response) => {
    open++;
    request.socket.on('close', () => open--);
    response.writeHead(200).write('x');
  });
  const dripped = await post(`http://127.0.0.1:${dripping}/`, { timeoutMs: 2000 });
  assert.deepEqual([dripped.statusCode, dripped.error], [200, 'It did not answer within 2 s.']);
  await until(() => open === 0);
  let written = 0;
  const flooding = await http((_request, response) => {
    const chunk = Buffer.alloc(64 * 1024);
    const more = () => {
      while (!response.destroyed && written < 100e6 && response.write(chunk)) written += chunk.length;
    };
    response.writeHead(200).on('drain', more);
    more();
  });
  const flooded = await post(`http://127.0.0.1:${flooding}/`, { keepsAnswer: true });
  assert.deepEqual([flooded.statusCode, flooded.error], [200, null]);
  assert.ok(flooded.answer!.length < 256 * 1024);
  assert.ok(written < 50e6, `${written} bytes were taken`);
});

test('what goes wrong is said in a sentence, without anything of the answer', async () => {
  const tcp = (greet: (socket: Socket) => void) =>
    listening(createTcp((socket) => socket.on('error', () => {}).once('data', () => greet(socket))));
  const closed = await tcp(() => {});
  const untilTheEnd = await tcp((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nlong'));
  const whole = await senderFor(LOCAL)(`http://127.0.0.1:${untilTheEnd}/`, { keepsAnswer: true });
  assert.deepEqual(
    [whole.error, whole.answer],
    [null, 'long'],
    'control: an answer may end with its connection',
  );
  for (const [port, says] of [
    [await tcp((socket) => socket.resetAndDestroy()), /cut the connection/],
    [await tcp((socket) => socket.end()), /cut the connection/],
    [await tcp((socket) => socket.end('SSH-2.0-secret\r\n')), /no HTTP \(HPE_/],
    [
      await tcp((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort')),
      /cut the connection/,
    ],
    [
      await tcp((socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
      ),
      /closed the connection without an answer/,
    ],
  ] as const) {
    assert.match((await senderFor(LOCAL)(`http://127.0.0.1:${port}/`)).error ?? '', says);
  }
  assert.match(
    (await senderFor(LOCAL)(`https://127.0.0.1:${closed}/`, { timeoutMs: 300 })).error ?? '',
    /did not answer/,
  );
  const unknown = senderFor(LOCAL, async () => {
    throw new NameError('ENOTFOUND');
  });
  assert.equal(
    (await unknown('http://nobody.example/')).error,
    'Its name could not be looked up (ENOTFOUND).',
  );
  assert.equal((await senderFor(LOCAL)('http://127.0.0.1:1/')).error, 'It refused the connection.');
});

test('security: a certificate is always checked: its issuer, its names and its time', async () => {
  const authority = makeAuthority();
  const serve = (hosts: string[], options = {}) => {
    const { cert, key } = authority.issue(hosts, options);
    return listening(createHttps({ cert, key }, (_request, response) => response.end()));
  };
  const good = await serve(['hooks.example']);
  const post = senderFor(LOCAL);
  assert.match(
    (await post(`https://hooks.example:${good}/`)).error ?? '',
    /certificate is not valid/,
    'an unknown issuer',
  );
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, authority.cert]);
  after(() => setDefaultCACertificates(before));
  assert.equal((await senderFor(LOCAL)(`https://hooks.example:${good}/`)).statusCode, 200, 'control');
  const others = await serve(['other.example']);
  assert.match((await post(`https://hooks.example:${others}/`)).error ?? '', /certificate is not valid/);
  const old = await serve(['hooks.example'], { notAfter: new Date(Date.now() - 1000) });
  assert.match((await post(`https://hooks.example:${old}/`)).error ?? '', /certificate is not valid/);
  const plain = await http((_request, response) => response.end());
  assert.match((await post(`https://hooks.example:${plain}/`)).error ?? '', /does not speak TLS/);
});

test('a connection is used again, and one that was closed meanwhile fails no delivery', async () => {
  let connections = 0;
  let answered = 0;
  const port = await listening(
    createTcp((socket) => {
      connections++;
      let requests = 0;
      socket
        .on('error', () => {})
        .on('data', () => {
          // The second request of the second connection finds it closed.
          if (++requests === 3) socket.resetAndDestroy();
          else {
            answered++;
            socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
          }
        });
    }),
  );
  const post = senderFor(LOCAL);
  for (let n = 0; n < 4; n++) {
    assert.deepEqual((await post(`http://127.0.0.1:${port}/`)).error, null);
    await new Promise(setImmediate);
  }
  assert.deepEqual([connections, answered], [2, 4]);
});
