import { fileURLToPath } from 'node:url';

/** What a machine is made of. Any change here makes a new image beside the old one. */
export interface ImageRecipe {
  /** Raised when the way of building changes and the lists below do not. */
  version: number;
  /** Debian packages whose dependencies come along by themselves. */
  packages: readonly string[];
  kernelPackage: string;
  /** Modules of the initramfs, in the order in which they are loaded; each needs only those before it. */
  kernelModules: readonly string[];
  /** Links that maintainer scripts would make; [where, to]. One that a package brings itself is kept. */
  links: readonly (readonly [string, string])[];
  /** Size of a machine's disk as its programs see it, mebibytes. */
  diskMb: number;
}

export const imageRecipe: ImageRecipe = {
  version: 1,
  packages: [
    'apt',
    'base-files',
    'base-passwd',
    'bash',
    'busybox-static',
    'bzip2',
    'ca-certificates',
    'coreutils',
    'curl',
    'dash',
    'debianutils',
    'diffutils',
    'dpkg',
    'file',
    'findutils',
    'git',
    'grep',
    'gzip',
    'hostname',
    'less',
    'login',
    'mount',
    'netbase',
    'passwd',
    'procps',
    'python3',
    'python3-pip',
    'python3-venv',
    'sed',
    'tar',
    'tzdata',
    'unzip',
    'util-linux',
    'wget',
    'xz-utils',
  ],
  kernelPackage: 'linux-image-cloud-amd64',
  kernelModules: [
    'virtio_ring',
    'virtio',
    'virtio_pci_legacy_dev',
    'virtio_pci_modern_dev',
    'virtio_pci',
    'virtio_blk',
    'virtio_console',
  ],
  links: [
    ['bin/sh', 'dash'],
    ['usr/bin/python', 'python3'],
    ['usr/bin/awk', 'mawk'],
    ['usr/bin/which', 'which.debianutils'],
    ['usr/bin/pager', 'less'],
    ['etc/localtime', '/usr/share/zoneinfo/Etc/UTC'],
    ['etc/mtab', '../proc/self/mounts'],
    ['usr/lib/ssl/cert.pem', '/etc/ssl/certs/ca-certificates.crt'],
  ],
  diskMb: 4096,
};

/** `/init` of the initramfs. */
export const bootFolder = fileURLToPath(new URL('boot/', import.meta.url));
/** Files laid over the packages, same paths as in the machine. */
export const rootFolder = fileURLToPath(new URL('root/', import.meta.url));
/** The guest agent; reaches the machine through the initramfs, so a new agent needs no new image. */
export const agentFolder = fileURLToPath(new URL('../agent/', import.meta.url));
