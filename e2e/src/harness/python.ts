import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { unpackPackages } from './apt.ts';
import { madeOnce } from './made-once.ts';
import { mustRun, type Outcome, plainEnvironment, type RunOptions, run } from './program.ts';

/** The published client, whose behaviour is the contract. */
const CLIENT_VERSION = '0.26.1';
const OLDEST_PYTHON = [3, 10];
const SYSTEM_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

interface Python {
  command: string;
  env: NodeJS.ProcessEnv;
  /** Such as "3.11": compiled packages are for one. */
  version: string;
}

export interface PublishedClient {
  /** Runs Python that can import `instavm`. */
  python(args: string[], options?: RunOptions): Promise<Outcome>;
  /** Runs the CLI of the same package. */
  cli(args: string[], options?: RunOptions): Promise<Outcome>;
}

/**
 * Installs the published client into its own folder of the cache, unless it is there. `start` runs it somewhere else
 * than here.
 */
export async function publishedClient(start: typeof run = run): Promise<PublishedClient> {
  const python = (await installedPython()) ?? (await privatePython());
  const folder = await madeOnce(`client-${CLIENT_VERSION}-python-${python.version}`, (target) =>
    install(python, target),
  );
  const runPython = (args: string[], options: RunOptions = {}) => {
    const env = {
      ...plainEnvironment(),
      ...python.env,
      ...options.env,
      PYTHONPATH: folder,
      PYTHONDONTWRITEBYTECODE: '1',
    };
    return start(python.command, args, { ...options, env });
  };
  const asCli = "import sys; sys.argv[0] = 'instavm'; from instavm.cli import main; sys.exit(main())";
  return { python: runPython, cli: (args, options) => runPython(['-c', asCli, ...args], options) };
}

async function install(python: Python, target: string): Promise<void> {
  const env = { ...process.env, ...python.env };
  if (!process.env.PIP_CERT && !existsSync(SYSTEM_CERTIFICATES)) {
    const certificates = join(target, 'certificates.pem');
    await writeFile(certificates, rootCertificates.join('\n'));
    Object.assign(env, { PIP_CERT: certificates });
  }
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-input',
    '--disable-pip-version-check',
    '--no-cache-dir',
  ];
  await mustRun(python.command, [...args, '--target', target, `instavm==${CLIENT_VERSION}`], {
    env,
    timeoutSeconds: 300,
  });
}

/** The machine's own Python, when it is new enough and can install; by its real path, past any version switcher. */
async function installedPython(): Promise<Python | undefined> {
  const code = 'import sys, pip; print(sys.executable, *sys.version_info[:2])';
  const { code: exit, stdout } = await run('python3', ['-c', code]).catch(() => ({ code: 127, stdout: '' }));
  const [command, ...version] = stdout.trim().split(' ');
  const [major = 0, minor = 0] = version.map(Number);
  if (exit !== 0 || !command || major !== OLDEST_PYTHON[0] || minor < OLDEST_PYTHON[1]!) return undefined;
  return { command, env: {}, version: `${major}.${minor}` };
}

/** Debian's Python unpacked into the cache, with pip run from its wheel. */
async function privatePython(): Promise<Python> {
  const folder = await madeOnce('python-debian', (target) =>
    unpackPackages(target, ['python3', 'python3-pip-whl']),
  );
  const bin = join(folder, 'usr', 'bin');
  const name = (await readdir(bin)).find((file) => /^python3\.\d+$/.test(file));
  if (!name) throw new Error(`No python3 in ${bin}; remove ${folder} and run again.`);
  const wheels = join(folder, 'usr', 'share', 'python-wheels');
  const pip = (await readdir(wheels)).find((file) => file.startsWith('pip-'));
  const libraries = ['usr/lib', 'lib'].flatMap((lib) => [join(folder, lib), join(folder, lib, gnuTriplet())]);
  return {
    command: join(bin, name),
    env: {
      PYTHONHOME: join(folder, 'usr'),
      LD_LIBRARY_PATH: libraries.join(':'),
      PYTHONPATH: join(wheels, pip ?? ''),
    },
    version: `${name.slice('python'.length)}-debian`,
  };
}

const gnuTriplet = () => `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
