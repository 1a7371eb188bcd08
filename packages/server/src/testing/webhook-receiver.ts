import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import type { TestScope } from './folder.ts';
import { until } from './until.ts';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every kind
  json: any;
}

export type Behaviour = (received: Received, response: ServerResponse) => void;

export interface TestReceiver {
  url: string;
  /** Everything that arrived, oldest first, however it was answered. */
  received: Received[];
  /** How it answers; 200 and nothing unless it is set. */
  behave: Behaviour;
  /** Those of one kind, once there are so many. */
  events(type: string, count?: number): Promise<Received[]>;
}

/** A real receiver of webhooks in this process, on a port of its own. */
export async function startReceiver(t: TestScope): Promise<TestReceiver> {
  const receiver: TestReceiver = {
    url: '',
    received: [],
    behave: (_received, response) => response.end(),
    async events(type, count = 1) {
      const found = () => receiver.received.filter(({ json }) => json.event_type === type);
      await until(() => found().length >= count);
      return found();
    },
  };
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const received = { path: request.url!, headers: request.headers, body, json: JSON.parse(body) };
      receiver.received.push(received);
      receiver.behave(received, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return receiver;
}
