import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { commandLineVersion, cpuModel, type MachineShape } from '../command-line.ts';
import type { Engine } from '../engine.ts';

/** A machine that was booted once and saved; every machine of its shape starts as a copy of it. */
export interface Template {
  digest: string;
  folder: string;
  memory: string;
  state: string;
  disk: string;
}

export const templateFiles = { memory: 'memory', state: 'state', disk: 'disk.qcow2' } as const;

/** Everything that a saved state depends on; a template with another digest cannot be restored. */
export function templateInputs(
  engine: Engine,
  shape: MachineShape,
  hostCpu: string,
): Record<string, unknown> {
  return {
    image: engine.image.key,
    initramfs: engine.image.initramfsKey,
    qemu: engine.qemu.version,
    commandLine: commandLineVersion,
    memoryMb: shape.memoryMb,
    vcpuCount: shape.vcpuCount,
    isolation: shape.isolation,
    cpuModel: cpuModel(shape.isolation),
    // Under KVM the guest sees the host's processor itself.
    hostCpu: shape.isolation === 'kvm' ? hostCpu : null,
  };
}

export function templateAt(templatesFolder: string, inputs: Record<string, unknown>): Template {
  const digest = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 32);
  const folder = join(templatesFolder, digest);
  return {
    digest,
    folder,
    memory: join(folder, templateFiles.memory),
    state: join(folder, templateFiles.state),
    disk: join(folder, templateFiles.disk),
  };
}
