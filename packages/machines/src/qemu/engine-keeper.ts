import type { EngineProgress, EngineState, Isolation } from '../host-port.ts';
import { HostError } from '../host-port.ts';
import type { MachineShape } from './command-line.ts';
import type { Engine } from './engine.ts';
import type { HostTools } from './host-tools.ts';
import { checkEngine } from './prepare/check-engine.ts';
import { EngineUnavailable } from './prepare/engine-unavailable.ts';
import { prepareEngine } from './prepare/prepare-engine.ts';
import { ProgressReporter } from './prepare/progress.ts';
import type { Template } from './template/template.ts';
import { TemplateStore } from './template/template-store.ts';

export const defaultShape = { memoryMb: 256, vcpuCount: 1 } as const;

/** After a failed preparation it is tried again by itself; a network often comes back. */
const retryMs = 60_000;

export interface EngineKeeperOptions {
  cacheDir: string;
  tools: HostTools;
  env: NodeJS.ProcessEnv;
  architecture: string;
  uid: number;
  now: () => Date;
  /** Monotonic milliseconds. */
  clockMs: () => number;
  log: (message: string, detail?: Record<string, unknown>) => void;
  onProgress: (progress: EngineProgress) => void;
}

export interface EngineStatus {
  state: EngineState;
  isolation: Isolation;
  progress: EngineProgress | null;
  detail: string | null;
}

/** Holds the engine of this process: prepares it, says how far it is, gives out templates. */
export class EngineKeeper {
  readonly #options: EngineKeeperOptions;
  readonly #templates: TemplateStore;
  readonly #stop = new AbortController();
  #engine: Engine | null = null;
  #status: EngineStatus = { state: 'preparing', isolation: 'emulated', progress: null, detail: null };
  #preparing: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: EngineKeeperOptions) {
    this.#options = options;
    this.#templates = new TemplateStore(options);
  }

  get status(): EngineStatus {
    return this.#status;
  }

  get templates(): string[] {
    return this.#templates.ready;
  }

  /** Resolves when the engine is ready or cannot be had; never throws. One at a time. */
  prepare(): Promise<void> {
    this.#preparing ??= this.#prepare().finally(() => {
      this.#preparing = null;
    });
    return this.#preparing;
  }

  /** The engine and the template for a machine of this size. Throws HostError `engine_not_ready`. */
  async template(size: {
    memoryMb: number;
    vcpuCount: number;
  }): Promise<{ engine: Engine; template: Template }> {
    const engine = this.#engine;
    if (!engine) {
      const { state, detail } = this.#status;
      const reason = detail ?? 'The engine is being prepared; try again in a minute';
      throw new HostError('engine_not_ready', reason, state === 'preparing');
    }
    const template = await this.#templates.get(engine, shapeOf(engine, size), this.#stop.signal);
    return { engine, template };
  }

  close(): void {
    this.#stop.abort(new Error('the host is closing'));
    if (this.#retry) clearTimeout(this.#retry);
  }

  async #prepare(): Promise<void> {
    if (this.#retry) clearTimeout(this.#retry);
    const { onProgress, clockMs, log } = this.#options;
    const progress = new ProgressReporter(clockMs, (step) => {
      this.#status = { ...this.#status, state: 'preparing', progress: step, detail: null };
      onProgress(step);
    });
    try {
      const signal = this.#stop.signal;
      const engine = await prepareEngine({ ...this.#options, progress, signal });
      progress.report('template');
      await this.#templates.get(engine, shapeOf(engine, defaultShape), signal);
      this.#engine = engine;
      const detail =
        engine.isolation === 'kvm' ? null : `Machines are emulated and slow: ${engine.isolationReason}`;
      this.#status = { state: 'ready', isolation: engine.isolation, progress: null, detail };
      void this.#checkInBackground(engine);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#engine = null;
      const detail = explain(error);
      this.#status = { ...this.#status, state: 'unavailable', progress: null, detail };
      log('the engine cannot be prepared', { detail });
      this.#retry = setTimeout(() => void this.prepare(), retryMs);
      this.#retry.unref();
    }
  }

  /**
   * Reads every byte that machines start from, once, after the engine is ready. Damage that left size and time
   * of a file alone shows only here; what is damaged is made anew.
   */
  async #checkInBackground(engine: Engine): Promise<void> {
    try {
      const damaged = [
        ...(await checkEngine(engine, this.#options.cacheDir, this.#stop.signal)),
        ...(await this.#templates.checkAll(this.#stop.signal)),
      ];
      if (damaged.length === 0) return;
      this.#options.log('files of the engine were damaged; they are made anew', { damaged });
      await this.prepare();
    } catch (error) {
      if (!this.#stop.signal.aborted)
        this.#options.log('the engine was not checked', { reason: explain(error) });
    }
  }
}

function shapeOf(engine: Engine, size: { memoryMb: number; vcpuCount: number }): MachineShape {
  return { memoryMb: size.memoryMb, vcpuCount: size.vcpuCount, isolation: engine.isolation };
}

function explain(error: unknown): string {
  if (error instanceof EngineUnavailable) return error.message;
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
    return 'The disk is full. Preparing needs about 1 GB in the cache folder; it is tried again by itself';
  }
  return `The engine cannot be prepared: ${error instanceof Error ? error.message : String(error)}`;
}
