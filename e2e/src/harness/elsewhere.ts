import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { mustRun, type Outcome, type RunOptions, run } from './program.ts';

/** A place that is not loopback, from which programs reach a server on this machine. */
export interface Elsewhere {
  /** Where the server is reached from there. */
  serverHost: string;
  /** What the server sees as the peer. */
  address: string;
  run(command: string, args: string[], options?: RunOptions): Promise<Outcome>;
  remove(): Promise<void>;
}

/**
 * A network namespace with a cable to this one where that is allowed (root), else this machine's own outer address,
 * from which the kernel lets it talk to itself. Null where there is neither.
 */
export async function elsewhere(): Promise<Elsewhere | null> {
  return (await namespace()) ?? ownAddress();
}

async function namespace(): Promise<Elsewhere | null> {
  const id = `${process.pid.toString(36)}${randomInt(36 ** 3).toString(36)}`;
  const [name, near, far] = [`ivm-${id}`, `in${id}`, `if${id}`];
  // 198.18.0.0/15 is set aside for tests (RFC 2544).
  const subnet = `198.18.${randomInt(256)}`;
  const base = 4 * randomInt(64);
  const [serverHost, address] = [`${subnet}.${base + 1}`, `${subnet}.${base + 2}`];
  const made = await run('ip', ['netns', 'add', name]).catch(() => ({ code: 127 }));
  if (made.code !== 0) return null;
  const remove = async () => {
    // The cable goes with its end.
    await run('ip', ['link', 'delete', near]);
    await mustRun('ip', ['netns', 'delete', name]);
  };
  try {
    for (const line of [
      `link add ${near} type veth peer name ${far} netns ${name}`,
      `address add ${serverHost}/30 dev ${near}`,
      `link set ${near} up`,
      `-n ${name} address add ${address}/30 dev ${far}`,
      `-n ${name} link set ${far} up`,
    ]) {
      await mustRun('ip', line.split(' '));
    }
  } catch {
    await remove();
    return null;
  }
  return {
    serverHost,
    address,
    run: (command, args, options) => run('ip', ['netns', 'exec', name, command, ...args], options),
    remove,
  };
}

function ownAddress(): Elsewhere | null {
  const outer = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  if (!outer) return null;
  return { serverHost: outer.address, address: outer.address, run, remove: async () => {} };
}
