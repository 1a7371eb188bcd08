import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { GuestLink, type Identity, type ServiceName } from '@instavm/guest';
import { HostError } from '../../host-port.ts';
import { connectSocket } from '../connect-socket.ts';
import { lastLines, readConsole } from '../console.ts';
import { killProcess, waitUntilGone } from '../processes.ts';
import { QmpClient } from '../qmp.ts';

export const socketNames = { qmp: 'qmp', agent: 'agent' } as const;

const commandMs = 2000;
/** Many machines that start at once wait for each other's processor time. */
const firstHelloMs = 30_000;
/**
 * How long each further hello may take. More than one, because the guest learns of a new connection and of the
 * bytes on it apart: when the bytes are first, its agent takes them for those of a host that has left.
 */
const helloMs = [400, 1200] as const;
/** For the guest to learn of the connection first: without it one hello in ten was lost, with it none of 60. */
const settleMs = 20;
const lastHelloMs = 3000;
const connectMs = 4000;
/** Long: ending a link ends the programs of others, and a guest that swaps is slow but not dead. */
const pingMs = 8000;
const quitMs = 1000;
const killMs = 10_000;

/** QEMU's word for what a machine does, in ours. */
export type RunState = { kind: 'running' } | { kind: 'paused'; detail: string } | { kind: 'gone' };

/**
 * One QEMU that runs, started by this process or found by it. Holds one control connection and one link to
 * the guest agent; both are made when they are needed and made again when they were lost.
 */
export class MachineProcess {
  readonly pid: number;
  readonly #marker: string;
  readonly #sockets: string | null;
  readonly #onShutdown: (detail: string) => void;
  #qmp: Promise<QmpClient> | null = null;
  /** Reading the console empties it. */
  #lastWordsTaken = false;
  /** Opened for the first link, before the machine runs. */
  #agentSocket: Socket | null = null;
  #link: Promise<GuestLink> | null = null;

  /**
   * `marker` is in the command line of this QEMU and of no other process. `sockets` is null when nobody knows
   * where they are; such a machine can only be killed.
   */
  constructor(pid: number, marker: string, sockets: string | null, onShutdown: (detail: string) => void) {
    this.pid = pid;
    this.#marker = marker;
    this.#sockets = sockets;
    this.#onShutdown = onShutdown;
  }

  /** The control connection. `signal` ends the waiting for a QEMU that is just starting. */
  qmp(signal: AbortSignal = AbortSignal.timeout(commandMs)): Promise<QmpClient> {
    this.#qmp ??= this.#connectQmp(signal).catch((error) => {
      this.#qmp = null;
      throw error;
    });
    return this.#qmp;
  }

  async state(): Promise<RunState> {
    if (await waitUntilGone(this.pid, this.#marker, 0)) return { kind: 'gone' };
    try {
      const { status } = await (await this.qmp()).execute<{ status: string }>('query-status', {}, commandMs);
      if (status === 'running') return { kind: 'running' };
      if (status === 'shutdown') this.#takeLastWords(await this.qmp(), 'unknown');
      if (status === 'io-error') {
        return {
          kind: 'paused',
          detail: 'paused because the host could not write its disk; free disk space',
        };
      }
      return { kind: 'paused', detail: `QEMU says: ${status}` };
    } catch (error) {
      if (await waitUntilGone(this.pid, this.#marker, 0)) return { kind: 'gone' };
      return { kind: 'paused', detail: `QEMU does not answer (${(error as Error).message})` };
    }
  }

  /**
   * Opens the way to the agent of a copy whose state is not loaded yet, and sends nothing on it: bytes that
   * reach the machine while it is loaded are lost, or spoil its queues.
   */
  async connectAgent(signal: AbortSignal): Promise<void> {
    this.#agentSocket = await connectSocket(this.#socketPath('agent'), signal);
  }

  /** Gives a fresh copy its own clock, random numbers and name. Answers what could not be set. */
  async identify(identity: () => Identity, signal: AbortSignal): Promise<string[]> {
    const link = await this.#connectedLink(signal);
    return link.identify(identity());
  }

  async openService(service: ServiceName): Promise<Duplex> {
    try {
      const link = await this.#answeringLink();
      return await link.open(service);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new HostError('guest_unreachable', `The guest agent cannot be reached: ${reason}`, true);
    }
  }

  /** Ends QEMU and waits until it is gone. A QEMU that does not listen is killed. */
  async end(): Promise<boolean> {
    await this.closeLink();
    const asked = this.qmp().then((qmp) => qmp.execute('quit', {}, quitMs));
    const gone = asked.then(
      () => waitUntilGone(this.pid, this.#marker, quitMs),
      () => false,
    );
    if (await gone) return true;
    return killProcess(this.pid, this.#marker, killMs);
  }

  /** Ends the connections and leaves QEMU as it is. */
  async close(): Promise<void> {
    await this.closeLink();
    const qmp = await this.#qmp?.catch(() => null);
    qmp?.close();
  }

  async closeLink(): Promise<void> {
    const link = await this.#link?.catch(() => null);
    link?.destroy();
  }

  async #connectQmp(signal: AbortSignal): Promise<QmpClient> {
    const socket = await connectSocket(this.#socketPath('qmp'), signal);
    const qmp = await QmpClient.open(socket, commandMs);
    qmp.onClosed(() => {
      this.#qmp = null;
    });
    qmp.onEvent(({ name, data }) => {
      if (name === 'SHUTDOWN') this.#takeLastWords(qmp, String(data.reason ?? 'unknown'));
    });
    return qmp;
  }

  #socketPath(name: keyof typeof socketNames): string {
    if (this.#sockets === null) throw new Error('where its sockets are is lost');
    return join(this.#sockets, socketNames[name]);
  }

  /** A machine that shut itself down waits with what its console said last. */
  #takeLastWords(qmp: QmpClient, reason: string): void {
    if (reason.startsWith('host-') || this.#lastWordsTaken) return;
    this.#lastWordsTaken = true;
    readConsole(qmp)
      .then(
        (text) => lastLines(text),
        () => [],
      )
      .then((lines) => {
        const cause = reason === 'guest-panic' ? 'its kernel panicked' : 'it shut itself down';
        this.#onShutdown([cause, ...lines].join('\n'));
      });
  }

  /**
   * A link whose agent is there: one that was killed and came back has forgotten the link, and QEMU's socket
   * shows nothing of it. The question costs less than a millisecond.
   */
  async #answeringLink(): Promise<GuestLink> {
    const link = await this.#connectedLink(AbortSignal.timeout(connectMs));
    try {
      await link.ping(pingMs);
      return link;
    } catch {
      link.destroy();
      await link.closed;
      return this.#connectedLink(AbortSignal.timeout(connectMs));
    }
  }

  #connectedLink(signal: AbortSignal): Promise<GuestLink> {
    this.#link ??= this.#connectLink(signal).catch((error) => {
      this.#link = null;
      throw error;
    });
    return this.#link;
  }

  async #connectLink(signal: AbortSignal): Promise<GuestLink> {
    const first = this.#agentSocket;
    this.#agentSocket = null;
    if (first) return this.#greet(first, firstHelloMs);
    for (const timeoutMs of helloMs) {
      const stream = await connectSocket(this.#socketPath('agent'), signal);
      await delay(settleMs);
      const link = await this.#greet(stream, timeoutMs).catch(() => null);
      if (link) return link;
      signal.throwIfAborted();
    }
    return this.#greet(await connectSocket(this.#socketPath('agent'), signal), lastHelloMs);
  }

  async #greet(stream: Socket, timeoutMs: number): Promise<GuestLink> {
    const link = await GuestLink.connect(stream, { timeoutMs });
    void link.closed.then(() => {
      this.#link = null;
    });
    return link;
  }
}
