import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerOptions, startServer, type TestServer } from './server.ts';

export interface TlsFiles {
  /** What clients are told to trust. */
  caFile: string;
  certFile: string;
  keyFile: string;
  remove(): Promise<void>;
}

/** Writes a certificate, its key and its authority where programs read them. */
export async function writeTlsFiles(
  authority: { cert: string },
  { cert, key }: { cert: string; key: string },
): Promise<TlsFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'ivm-tls-'));
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return {
    caFile: await file('ca.pem', authority.cert),
    certFile: await file('cert.pem', cert),
    keyFile: await file('key.pem', key),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A server without machines that serves https with those files. */
export function startTlsServer(files: TlsFiles, options: ServerOptions = {}): Promise<TestServer> {
  const env = { INSTAVM_TLS_CERT: files.certFile, INSTAVM_TLS_KEY: files.keyFile, ...options.env };
  return startServer({ driver: 'fake', ...options, env });
}
