import { after } from 'node:test';
import { startServer, type TestServer, whenReady } from './server.ts';

export type SharedServer = Pick<TestServer, 'url' | 'dataDir' | 'driver'>;

/**
 * The one server with real machines that most files use, each with an account of its own. A file that is run
 * alone starts its own and removes it.
 */
export async function sharedServer(): Promise<SharedServer> {
  const shared = process.env.E2E_SHARED;
  if (shared) return JSON.parse(shared) as SharedServer;
  const server = await startServer();
  after(() => server.remove());
  await whenReady(server);
  return server;
}
