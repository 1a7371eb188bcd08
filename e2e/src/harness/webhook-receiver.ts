import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Received {
  body: string;
  /** What InstaVM-Signature says. */
  signature: string;
}

/** A program of the owner's that hears of events: keeps what comes and answers what it is told to. */
export async function startReceiver(t: TestContext) {
  const received: Received[] = [];
  /** `echoes`: it passes the challenge of a verification. */
  const answer = { status: 200, echoes: true };
  const receiver = createServer(async (request, reply) => {
    let body = '';
    for await (const part of request) body += part;
    received.push({ body, signature: String(request.headers['instavm-signature']) });
    const { challenge } = JSON.parse(body) as { challenge?: string };
    reply.writeHead(answer.status, { 'content-type': 'application/json' });
    reply.end(answer.echoes ? JSON.stringify({ challenge }) : '');
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  t.after(() => receiver.close().closeAllConnections());
  const { port } = receiver.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hooks`, received, answer };
}
