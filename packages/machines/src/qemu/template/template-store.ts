import { mkdir, readdir, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { MachineShape } from '../command-line.ts';
import type { Engine } from '../engine.ts';
import { withLock } from '../exclusive-lock.ts';
import type { HostTools } from '../host-tools.ts';
import {
  damagedFiles,
  discardArtifact,
  makeArtifact,
  readArtifact,
  touchArtifact,
} from '../prepare/artifact.ts';
import { findProcesses } from '../processes.ts';
import { bootTemplate } from './boot-template.ts';
import { type Template, templateAt, templateInputs } from './template.ts';

/** A template takes about 110 MB of disk. */
const maxTemplates = 8;
/** One used this recently may be about to be mapped by a machine that is just starting. */
const recentMs = 120_000;

export interface TemplateHost {
  cacheDir: string;
  tools: HostTools;
  uid: number;
  now: () => Date;
  log: (message: string, detail?: Record<string, unknown>) => void;
}

/** The templates of this user's cache, shared with every other process that uses it. */
export class TemplateStore {
  readonly #host: TemplateHost;
  readonly #folder: string;
  readonly #making = new Map<string, Promise<Template>>();
  /** Checked by this process already; a machine's start must not wait for a hash. */
  readonly #ready = new Map<string, Template>();

  constructor(host: TemplateHost) {
    this.#host = host;
    this.#folder = join(host.cacheDir, 'templates');
  }

  get ready(): string[] {
    return [...this.#ready.keys()];
  }

  /** The template for machines of this shape; boots one when there is none, which takes seconds. */
  async get(engine: Engine, shape: MachineShape, signal?: AbortSignal): Promise<Template> {
    const inputs = templateInputs(engine, shape, cpus()[0]?.model ?? '');
    const template = templateAt(this.#folder, inputs);
    if (this.#ready.has(template.digest) && (await stillThere(template))) {
      void touchArtifact(template.folder, this.#host.now());
      return template;
    }
    const running = this.#making.get(template.digest);
    if (running) return running;
    const making = this.#findOrMake(engine, shape, template, inputs, signal).finally(() =>
      this.#making.delete(template.digest),
    );
    this.#making.set(template.digest, making);
    return making;
  }

  /** Reads every file of the templates in use here; takes damaged ones away, so that they are made anew. */
  async checkAll(signal?: AbortSignal): Promise<string[]> {
    const damaged: string[] = [];
    for (const template of this.#ready.values()) {
      const manifest = await readArtifact(template.folder, template.digest);
      const files = manifest ? await damagedFiles(template.folder, manifest, signal) : ['manifest.json'];
      if (files.length === 0) continue;
      damaged.push(template.digest);
      this.#ready.delete(template.digest);
      await discardArtifact(template.folder);
      this.#host.log('a damaged template was taken away', { template: template.digest, files });
    }
    return damaged;
  }

  async #findOrMake(
    engine: Engine,
    shape: MachineShape,
    template: Template,
    inputs: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<Template> {
    const { cacheDir, tools, uid, now, log } = this.#host;
    const locks = join(cacheDir, 'locks');
    await mkdir(locks, { recursive: true, mode: 0o700 });
    await withLock(join(locks, `template-${template.digest}`), signal, async () => {
      if (!(await readArtifact(template.folder, template.digest))) {
        const startedMs = now().getTime();
        await makeArtifact({
          folder: template.folder,
          key: template.digest,
          inputs,
          now,
          signal,
          make: async (folder) => ({
            files: await bootTemplate(folder, engine, shape, { tools, uid, signal }),
          }),
        });
        log('made a template', { template: template.digest, ms: now().getTime() - startedMs, ...shape });
      }
      await touchArtifact(template.folder, now());
    });
    this.#ready.set(template.digest, template);
    await withLock(join(locks, 'evict-templates'), signal, () => this.#evict());
    return template;
  }

  async #evict(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => !name.includes('.partial-'));
    if (names.length <= maxTemplates) return;
    const used = new Set<string>();
    for (const words of (await findProcesses(`${this.#folder}/`)).values()) {
      for (const name of names) if (words.some((word) => word.includes(name))) used.add(name);
    }
    const candidates = await Promise.all(
      names.map(async (name) => ({ name, usedMs: (await stat(join(this.#folder, name))).mtimeMs })),
    );
    const oldEnough = this.#host.now().getTime() - recentMs;
    const droppable = candidates
      .filter(({ name, usedMs }) => !used.has(name) && usedMs < oldEnough)
      .sort((one, other) => one.usedMs - other.usedMs)
      .slice(0, names.length - maxTemplates);
    for (const { name } of droppable) {
      this.#ready.delete(name);
      await discardArtifact(join(this.#folder, name));
      this.#host.log('dropped the template used longest ago', { template: name });
    }
  }
}

async function stillThere(template: Template): Promise<boolean> {
  return stat(template.memory).then(
    () => true,
    () => false,
  );
}
