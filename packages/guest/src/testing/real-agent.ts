import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { GuestLink } from '../link.ts';
import { type RunOptions, type RunRequest, type RunResult, run } from '../run.ts';

const agent = fileURLToPath(new URL('../../agent/main.py', import.meta.url));

/** The agent as a process of this computer, in a folder of its own. */
export class RealAgent {
  readonly folder: string;
  /** What would be /app in a machine. */
  readonly workFolder: string;
  readonly socket: Socket;
  readonly process: ChildProcess;
  link!: GuestLink;

  static async start(): Promise<RealAgent> {
    const folder = await mkdtemp(join(tmpdir(), 'instavm-guest-'));
    const path = join(folder, 'agent.sock');
    const workFolder = join(folder, 'app');
    const server = createServer().listen(path);
    await once(server, 'listening');
    const options = ['--socket', path, '--test-mode', '--work-folder', workFolder];
    const child = spawn(process.env.INSTAVM_TEST_PYTHON ?? 'python3', ['-I', '-B', agent, ...options], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [socket] = (await once(server, 'connection')) as [Socket];
    server.close();
    const started = new RealAgent(folder, workFolder, socket, child);
    await started.connect();
    return started;
  }

  private constructor(folder: string, workFolder: string, socket: Socket, child: ChildProcess) {
    this.folder = folder;
    this.workFolder = workFolder;
    this.socket = socket;
    this.process = child;
  }

  /** Says hello over the same wire as before: what a host does that comes back after a crash. */
  async connect(): Promise<GuestLink> {
    this.link = await GuestLink.connect(new HostEnd(this.socket));
    return this.link;
  }

  /** A host's end of the wire, whose end leaves the wire as it is. */
  hostEnd(): Duplex {
    return new HostEnd(this.socket);
  }

  readonly open = (service: Parameters<GuestLink['open']>[0]): Promise<Duplex> => this.link.open(service);

  async run(
    language: RunRequest['language'],
    code: string,
    timeoutSeconds = 20,
    options?: RunOptions,
  ): Promise<RunResult & { out: string; err: string }> {
    const result = await run(this.open, { language, code, timeoutSeconds }, options);
    return { ...result, out: result.stdout.toString(), err: result.stderr.toString() };
  }

  readonly python = (code: string, timeoutSeconds?: number) => this.run('python', code, timeoutSeconds);
  readonly bash = (code: string, timeoutSeconds?: number) => this.run('bash', code, timeoutSeconds);

  async stop(): Promise<void> {
    this.link.destroy();
    this.socket.destroy();
    if (this.process.exitCode === null) await once(this.process, 'exit');
    await rm(this.folder, { recursive: true, force: true });
  }
}

class HostEnd extends Duplex {
  readonly #socket: Socket;
  readonly #onData = (chunk: Buffer) => {
    if (!this.push(chunk)) this.#socket.pause();
  };

  readonly #onClose = () => {
    this.destroy();
  };

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', this.#onData);
    socket.once('close', this.#onClose);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(data: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(data, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.off('data', this.#onData);
    this.#socket.off('close', this.#onClose);
    if (this.#socket.listenerCount('data') === 0) this.#socket.pause();
    done(error);
  }
}
