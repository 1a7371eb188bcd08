import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackPackages } from './apt.ts';
import { madeOnce } from './made-once.ts';
import { root } from './paths.ts';
import { plainEnvironment } from './program.ts';
import { until } from './until.ts';

export const PROXIES = ['nginx', 'haproxy', 'caddy'] as const;
export type ProxyName = (typeof PROXIES)[number];

export interface Proxy {
  httpPort: number;
  httpsPort: number;
  stop(): Promise<void>;
}

/** The name in docs/https.md; a test's certificate is for localhost. */
const NAME = 'instavm.example.org';

/**
 * Starts one of Debian's proxies in front of a server, configured as docs/https.md says. With `isCaching` nginx also
 * keeps every answer that it may, for whoever asks next for the same path.
 */
export async function startProxy(
  name: ProxyName,
  backendPort: number,
  { cert, key }: { cert: string; key: string },
  { isCaching = false } = {},
): Promise<Proxy> {
  const packages = await madeOnce('proxies-debian', (target) => unpackPackages(target, [...PROXIES]));
  const folder = await mkdtemp(join(tmpdir(), `ivm-${name}-`));
  const [certFile, keyFile, bothFile] = ['cert.pem', 'key.pem', 'both.pem'].map((file) => join(folder, file));
  await writeFile(certFile!, cert);
  await writeFile(keyFile!, key, { mode: 0o600 });
  await writeFile(bothFile!, cert + key, { mode: 0o600 });
  const [httpPort, httpsPort] = [await freePort(), await freePort()];
  const documented = (await documentedConfig(name))
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${backendPort}`)
    .replace('proxy_buffering off;', (text) => (isCaching ? CACHING : text));

  const { args, text } = {
    nginx: () => ({
      args: ['-p', folder, '-c', 'config', '-e', 'stderr', '-g', 'daemon off;'],
      text: nginxConfig(
        documented
          .replace('listen 80;', `listen 127.0.0.1:${httpPort};`)
          .replace('listen 443 ssl;', `listen 127.0.0.1:${httpsPort} ssl;`)
          .replace(`/etc/letsencrypt/live/${NAME}/fullchain.pem`, certFile!)
          .replace(`/etc/letsencrypt/live/${NAME}/privkey.pem`, keyFile!)
          .replace(NAME, 'localhost'),
      ),
    }),
    haproxy: () => ({
      args: ['-f', join(folder, 'config'), '-db'],
      text: documented
        .replace('bind :80', `bind 127.0.0.1:${httpPort}`)
        .replace('bind :443', `bind 127.0.0.1:${httpsPort}`)
        .replace('/etc/haproxy/instavm.pem', bothFile!),
    }),
    caddy: () => ({
      args: ['run', '--config', join(folder, 'config'), '--adapter', 'caddyfile'],
      text: documented
        .replace('{\n', '{\n    admin off\n    skip_install_trust\n')
        .replace(`\n${NAME} {\n`, `\nhttps://localhost:${httpsPort} {\n    tls ${certFile} ${keyFile}\n`)
        .replace(`http://${NAME} {`, `http://localhost:${httpPort} {`),
    }),
  }[name]();

  await writeFile(join(folder, 'config'), text);
  const child = run(packages, name, args, folder);
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (piece) => {
      said += piece;
    });
  }
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until(`${name} answers`, async () => {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${said}`);
      return fetch(`http://localhost:${httpPort}/healthz`).then(
        ({ ok }) => ok || undefined,
        () => undefined,
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { httpPort, httpsPort, stop };
}

const CACHING =
  'proxy_cache shared; proxy_cache_key $uri; proxy_cache_valid any 10m; add_header X-Cache $upstream_cache_status always;';

/** The block of docs/https.md in that proxy's language. */
async function documentedConfig(name: ProxyName): Promise<string> {
  const language = name === 'caddy' ? 'caddyfile' : name;
  const page = await readFile(join(root, 'docs', 'https.md'), 'utf8');
  const block = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (!block) throw new Error(`docs/https.md has no block in ${language}`);
  return block;
}

/** What Debian's own nginx.conf would have around the site, without its log files and its user. */
function nginxConfig(site: string): string {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${kind};`,
  );
  return `pid nginx.pid;\nworker_processes 1;\nmaster_process off;\nevents {}\nhttp {\naccess_log off;\nproxy_cache_path cache keys_zone=shared:1m;\n${folders.join('\n')}\n${site}}\n`;
}

function run(packages: string, name: ProxyName, args: string[], folder: string): ChildProcess {
  const triplet = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const libraries = ['usr/lib', 'lib'].map((lib) => join(packages, lib, triplet));
  return spawn(join(packages, 'usr', name === 'caddy' ? 'bin' : 'sbin', name), args, {
    cwd: folder,
    env: plainEnvironment({ HOME: folder, XDG_DATA_HOME: folder, LD_LIBRARY_PATH: libraries.join(':') }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
