import { type Duplex, duplexPair } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { MachineRecord } from '../driver-port.ts';
import type { LinkRequest } from '../host-port.ts';
import type { Value } from './expression.ts';
import type { Faults } from './faults.ts';
import { bashSteps, type Effect, pythonSteps } from './program.ts';
import { readRequest, recordKind, writeFailure, writeRecord, writeResult } from './wire.ts';

/** A machine that exists in memory only. It runs nobody's code: see program.ts for what it pretends to. */
export class FakeMachine {
  readonly record: MachineRecord;
  readonly idempotencyKey: string;
  state: 'made' | 'running' | 'stopped' = 'made';
  endReason: string | null = null;
  #env: Readonly<Record<string, string>> = {};
  readonly #files = new Map<string, Buffer>();
  readonly #variables = new Map<string, Value>();
  readonly #channels = new Set<Duplex>();
  readonly #faults: Faults;

  constructor(record: MachineRecord, idempotencyKey: string, faults: Faults) {
    this.record = record;
    this.idempotencyKey = idempotencyKey;
    this.#faults = faults;
  }

  start(env: Record<string, string>): void {
    this.#env = { ...env };
    this.state = 'running';
  }

  /** Ends it as a crash would: open streams break, nothing is answered. */
  stop(reason: string): void {
    this.state = 'stopped';
    this.endReason = reason;
    for (const channel of this.#channels) channel.destroy(new Error(reason));
    this.#channels.clear();
  }

  open(service: LinkRequest['service']): Duplex {
    const [host, guest] = duplexPair();
    host.on('error', () => {});
    guest.on('error', () => {});
    host.once('close', () => {
      this.#channels.delete(host);
      guest.destroy();
    });
    this.#channels.add(host);
    this.#serve(service, guest).catch((error) => {
      if (!guest.destroyed) writeFailure(guest, 'guest_failed', String(error));
    });
    return host;
  }

  async #serve(service: LinkRequest['service'], channel: Duplex): Promise<void> {
    const { request, body } = await readRequest(channel);
    if (this.#faults.guest === 'hang') return;
    if (this.#faults.guest === 'crash') {
      this.stop('the fake machine was told to crash');
      return;
    }
    if (this.#faults.guest === 'lie') {
      channel.end(Buffer.from('no record at all, and far too long a length: \xff\xff\xff\xff'));
      return;
    }
    if (this.#faults.slowMs > 0) await delay(this.#faults.slowMs);
    if (service === 'run') await this.#run(channel, request);
    else if (service === 'put-file') await this.#put(channel, request, body);
    else this.#get(channel, request);
  }

  async #run(channel: Duplex, request: Record<string, unknown>): Promise<void> {
    const code = String(request.code);
    const startedMs = performance.now();
    const limitMs = Number(request.timeoutSeconds) * 1000;
    const steps =
      request.language === 'bash' ? bashSteps(code, this.#env) : pythonSteps(code, this.#variables);
    const exitCode = await this.#follow(steps, channel, limitMs);
    if (channel.destroyed) return;
    writeResult(channel, { exitCode, wallSeconds: (performance.now() - startedMs) / 1000, cpuSeconds: 0 });
  }

  async #follow(steps: Generator<Effect>, channel: Duplex, limitMs: number): Promise<number> {
    let leftMs = limitMs;
    for (const step of steps) {
      if (channel.destroyed) return 0;
      if (step.kind === 'exit') return step.code;
      if (step.kind === 'sleep') {
        await sleep(Math.min(step.seconds * 1000, leftMs), channel);
        leftMs -= step.seconds * 1000;
        if (leftMs > 0) continue;
        const note = `\nStopped at its time-out of ${limitMs / 1000} s.\n`;
        writeRecord(channel, recordKind.stderr, Buffer.from(note));
        return 124;
      }
      writeRecord(channel, recordKind[step.kind], Buffer.from(step.text));
    }
    return 0;
  }

  async #put(channel: Duplex, request: Record<string, unknown>, body: AsyncIterable<Buffer>): Promise<void> {
    const path = located(String(request.path));
    const size = Number(request.size);
    const pieces: Buffer[] = [];
    let received = 0;
    while (received < size) {
      const next = await body[Symbol.asyncIterator]().next();
      if (next.done) break;
      pieces.push(next.value);
      received += next.value.length;
    }
    if (this.#faults.diskFull) writeFailure(channel, 'no_space', `${path}: no space left on the disk.`);
    else if (received !== size)
      writeFailure(channel, 'incomplete', `Only ${received} of ${size} bytes came.`);
    else if (path.endsWith('/')) writeFailure(channel, 'is_directory', `${path} names a folder.`);
    else {
      this.#files.set(path, Buffer.concat(pieces));
      writeResult(channel, { path, size });
    }
  }

  #get(channel: Duplex, request: Record<string, unknown>): void {
    const path = located(String(request.path));
    const content = this.#files.get(path);
    if (!content) {
      writeFailure(channel, 'not_found', `${path} does not exist.`);
      return;
    }
    writeRecord(channel, recordKind.result, Buffer.from(JSON.stringify({ size: content.length })));
    if (content.length > 0) writeRecord(channel, recordKind.body, content);
    channel.end();
  }
}

function located(path: string): string {
  return path.startsWith('/') ? path : `/app/${path}`;
}

/** Ends early when nobody waits for it any more. */
async function sleep(ms: number, channel: Duplex): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  channel.once('close', leave);
  await delay(ms, undefined, { signal: gone.signal }).catch(() => {});
  channel.off('close', leave);
}
