const clusterBits = 16;
const clusterBytes = 1 << clusterBits;

/**
 * An empty disk in QEMU's qcow2 format, version 3 (QEMU's docs/interop/qcow2.txt): four clusters with
 * header, table of reference counts, one block of them, and an empty table of the first level. It names no
 * backing file; whoever opens it gives one, so that a machine cannot make its host open another file.
 */
export function emptyQcow2(virtualBytes: number): Buffer {
  const level1Entries = Math.ceil(virtualBytes / (clusterBytes * (clusterBytes / 8)));
  const level1Clusters = Math.ceil((level1Entries * 8) / clusterBytes);
  const clusters = 3 + level1Clusters;
  const disk = Buffer.alloc(clusters * clusterBytes);

  disk.write('QFI\xfb', 0, 'latin1');
  disk.writeUInt32BE(3, 4);
  disk.writeUInt32BE(clusterBits, 20);
  disk.writeBigUInt64BE(BigInt(virtualBytes), 24);
  disk.writeUInt32BE(level1Entries, 36);
  disk.writeBigUInt64BE(BigInt(3 * clusterBytes), 40);
  disk.writeBigUInt64BE(BigInt(clusterBytes), 48);
  disk.writeUInt32BE(1, 56);
  disk.writeUInt32BE(4, 96); // reference counts of 16 bits
  disk.writeUInt32BE(104, 100); // length of this header

  disk.writeBigUInt64BE(BigInt(2 * clusterBytes), clusterBytes);
  for (let cluster = 0; cluster < clusters; cluster++) {
    disk.writeUInt16BE(1, 2 * clusterBytes + cluster * 2);
  }
  return disk;
}
