import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { StatementSync } from 'node:sqlite';
import type { TestScope } from './folder.ts';

const REQUEST_START = 'http.server.request.start';
const METHODS = ['all', 'get', 'iterate', 'run'] as const;

/**
 * Watches the real database at its lowest door: the SQL of every statement that requests to the server on `port`
 * cause, and none of what the server does in its own rhythm meanwhile.
 */
export function watchStatements(t: TestScope, port: number): { seen: string[] } {
  const seen: string[] = [];
  const inRequest = new AsyncLocalStorage<true>();
  const enter = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    if (request.socket.localPort === port) inRequest.enterWith(true);
  };
  subscribe(REQUEST_START, enter);
  t.after(() => void unsubscribe(REQUEST_START, enter));
  for (const name of METHODS) {
    const original = StatementSync.prototype[name] as (...values: unknown[]) => unknown;
    const watched = function (this: StatementSync, ...values: unknown[]) {
      if (inRequest.getStore()) seen.push(this.sourceSQL);
      return original.apply(this, values);
    };
    Object.assign(StatementSync.prototype, { [name]: watched });
    t.after(() => void Object.assign(StatementSync.prototype, { [name]: original }));
  }
  return { seen };
}
