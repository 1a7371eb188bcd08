import type { Isolation } from '../host-port.ts';

/** What decides whether a saved machine can be restored; all of it names a template. */
export interface MachineShape {
  memoryMb: number;
  vcpuCount: number;
  isolation: Exclude<Isolation, 'none'>;
}

/** One node of the disk, from the shared image up to the machine's own changes. */
export interface DiskChain {
  /** Raw ext4, never written. */
  root: string;
  /** What the template wrote while it booted; null in the template itself. */
  template: string | null;
  /** What this machine writes. */
  own: string;
}

export interface QemuStart {
  name: string;
  shape: MachineShape;
  memoryFile: string;
  /** True in the template, whose writes are to stay in the file. A clone's stay private. */
  shareMemory: boolean;
  disk: DiskChain;
  qmpSocket: string;
  agentSocket: string;
  /** Null for a clone: what it would boot is in its memory already. */
  boot: { kernel: string; initramfs: string } | null;
  /** A user to become once everything is open; only root can. */
  runAs: string | null;
}

/** Raised whenever a change here, or in how a template is saved, makes saved machines of before unusable. */
export const commandLineVersion = 2;

/** Emulation translates code into a buffer of this size; 64 was as fast as 256. */
const translationBufferMb = 64;

/** Bytes of console output that are kept. In memory, so that a guest cannot fill the host's disk with it. */
export const consoleBytes = 65536;

const kernelParameters = [
  'console=ttyS0 quiet loglevel=0 panic=-1 reboot=t',
  'mitigations=off nokaslr tsc=reliable no_timer_check random.trust_cpu=on',
  'cryptomgr.notests audit=0 selinux=0 apparmor=0 ipv6.disable=1',
].join(' ');

/** The words after QEMU's name for a machine: no network card, no display, no default device. */
export function machineArguments(start: QemuStart): string[] {
  const { shape } = start;
  const memory = {
    'qom-type': 'memory-backend-file',
    id: 'memory',
    size: shape.memoryMb * 1024 * 1024,
    'mem-path': start.memoryFile,
    share: start.shareMemory,
  };
  return [
    ...['-name', `guest=${start.name}`, '-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-machine', 'q35,memory-backend=memory', '-m', `${shape.memoryMb}M`, '-smp', String(shape.vcpuCount)],
    ...acceleratorArguments(shape.isolation),
    ...['-object', JSON.stringify(memory)],
    // A machine that shuts down or panics stays until its last words are read.
    ...['-action', 'reboot=shutdown,shutdown=pause'],
    ...['-chardev', `ringbuf,id=console,size=${consoleBytes}`, '-serial', 'chardev:console'],
    ...[
      '-chardev',
      `socket,id=qmp,path=${start.qmpSocket},server=on,wait=off`,
      '-mon',
      'chardev=qmp,mode=control',
    ],
    ...['-chardev', `socket,id=agent,path=${start.agentSocket},server=on,wait=off`],
    ...['-device', 'virtio-serial-pci', '-device', 'virtserialport,chardev=agent,name=agent'],
    ...diskArguments(start.disk),
    ...(start.boot ? bootArguments(start.boot, kernelParameters) : ['-incoming', 'defer']),
    ...confinement(start.runAs),
  ];
}

/** The words for a kernel that only says whether it runs. */
export function probeArguments(boot: { kernel: string; initramfs: string }, output: string): string[] {
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-machine', 'q35', '-m', '128M'],
    ...acceleratorArguments('kvm'),
    ...['-chardev', `file,id=console,path=${output}`, '-serial', 'chardev:console'],
    ...bootArguments(boot, `${kernelParameters} instavm.probe`),
  ];
}

export function cpuModel(isolation: Isolation): string {
  // `erms` makes the guest copy memory with an instruction that emulation does byte by byte.
  return isolation === 'kvm' ? 'host' : 'max,-erms';
}

function acceleratorArguments(isolation: MachineShape['isolation']): string[] {
  const accelerator = isolation === 'kvm' ? 'kvm' : `tcg,tb-size=${translationBufferMb}`;
  return ['-accel', accelerator, '-cpu', cpuModel(isolation)];
}

function bootArguments(boot: { kernel: string; initramfs: string }, parameters: string): string[] {
  return ['-kernel', boot.kernel, '-initrd', boot.initramfs, '-append', parameters];
}

function diskArguments(disk: DiskChain): string[] {
  // cache.no-flush: a machine does not outlive its host's crash, so nothing is forced to the platter.
  const cache = { direct: false, 'no-flush': true };
  const nodes: object[] = [
    {
      'node-name': 'root',
      driver: 'raw',
      'read-only': true,
      file: { driver: 'file', filename: disk.root, 'read-only': true },
    },
  ];
  if (disk.template) {
    nodes.push({
      'node-name': 'template',
      driver: 'qcow2',
      'read-only': true,
      file: { driver: 'file', filename: disk.template, 'read-only': true },
      backing: 'root',
    });
  }
  nodes.push({
    'node-name': 'disk',
    driver: 'qcow2',
    cache,
    discard: 'unmap',
    file: { driver: 'file', filename: disk.own, cache, discard: 'unmap' },
    backing: disk.template ? 'template' : 'root',
  });
  return [
    ...nodes.flatMap((node) => ['-blockdev', JSON.stringify(node)]),
    // A full host disk pauses the machine instead of showing its programs a broken one.
    ...['-device', 'virtio-blk-pci,drive=disk,werror=stop,rerror=report'],
  ];
}

function confinement(runAs: string | null): string[] {
  // With elevateprivileges=deny, changing the user is itself forbidden and ends QEMU with SIGSYS.
  const elevate = runAs ? 'allow' : 'deny';
  const sandbox = `on,obsolete=deny,elevateprivileges=${elevate},spawn=deny,resourcecontrol=deny`;
  return ['-sandbox', sandbox, ...(runAs ? ['-runas', runAs] : [])];
}
