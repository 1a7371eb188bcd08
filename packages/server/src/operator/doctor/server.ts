import { existsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import type { Config } from '../../config.ts';
import type { Readiness } from '../../system/routes/health.ts';
import { type Check, note, ok, problem } from './check.ts';

const ANSWER_MS = 5000;

/** Whether the server that says it listens is to be reached there. */
export async function checkRunningListener(address: string): Promise<Check> {
  const name = 'listener';
  try {
    const status = await statusOf(`${address}/healthz`);
    if (status === 200) return ok(name, `the server answers at ${address}`);
    return problem(
      name,
      `${address}/healthz answers ${status}`,
      'Look whether something else, such as a proxy, answers there.',
    );
  } catch (error) {
    return problem(
      name,
      `the server does not answer at ${address} (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`,
      'Look at INSTAVM_PUBLIC_URL, the proxy and the firewall in between.',
    );
  }
}

/** The certificate is not judged here: the question is who answers. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { signal: AbortSignal.timeout(ANSWER_MS), rejectUnauthorized: false };
    const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, options, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    request.on('error', reject).end();
  });
}

/** Whether a server could listen where it is told to. */
export async function checkFreePort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<Check> {
  const name = 'listener';
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    return ok(name, `${host}:${port} is free`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return problem(
      name,
      code === 'EADDRINUSE' ? `${host}:${port} is taken by another program` : `${host}:${port}: ${code}`,
      'Stop it, or give another address with --port or INSTAVM_LISTEN.',
    );
  } finally {
    server.close();
  }
}

export function checkRunningEngine({ driver, isolation, state, detail }: Readiness['vm']): Check {
  const name = 'engine';
  if (state === 'ready') return ok(name, `${driver} is ready (${isolation})`);
  if (state === 'preparing') return note(name, `${driver} is being prepared${detail ? `: ${detail}` : ''}`);
  return problem(
    name,
    `${driver} is unavailable: ${detail ?? 'no reason given'}`,
    'Do what it says and restart the server. Keys and people work meanwhile.',
  );
}

/** Without a server only what can be seen of the engine from outside. */
export function checkIdleEngine({ vmDriver, cacheDir }: Pick<Config, 'vmDriver' | 'cacheDir'>): Check {
  const name = 'engine';
  if (vmDriver === 'fake') return note(name, 'fake: machines are simulated (INSTAVM_VM_DRIVER)');
  const kvm = existsSync('/dev/kvm') ? 'KVM is there' : 'no KVM here, so machines are emulated';
  const prepared = existsSync(`${cacheDir}/images`) ? 'prepared before' : 'prepared at the first start';
  return note(name, `qemu, ${prepared}; ${kvm}`);
}
