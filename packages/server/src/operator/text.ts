import type { Status } from './commands.ts';
import type { listOperatorKeys } from './key-commands.ts';

/** Columns that fit their widest cell. */
export function keysTable(keys: Awaited<ReturnType<typeof listOperatorKeys>>): string {
  const rows = keys.map((key) => [
    String(key.id),
    key.label ?? '',
    `${key.key_prefix}…`,
    key.environment ?? '',
    key.status,
    key.last_used?.at ?? 'never used',
  ]);
  const all = [['ID', 'Label', 'Key', 'Environment', 'Status', 'Last used'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function statusText(status: Status): string {
  const { running, address, data_dir: dataDir, people, keys, vms } = status;
  return [
    running ? `Running at ${address} (pid ${status.pid})` : 'Not running',
    `Data folder  ${dataDir}`,
    `People       ${people}`,
    `API keys     ${keys.live} live, ${keys.revoked} revoked`,
    `Machines     ${vms.live}`,
  ].join('\n');
}
