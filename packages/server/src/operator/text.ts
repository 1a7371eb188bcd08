import type { PepperStatus } from '../auth/pepper-keeper.ts';
import type { CommandResult, Status } from './commands.ts';

/** Columns that fit their widest cell. */
function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function keysTable(keys: CommandResult<'keysList'>): string {
  const rows = keys.map((key) => [
    String(key.id),
    key.label ?? '',
    `${key.key_prefix}…`,
    key.environment ?? '',
    key.status,
    key.last_used?.at ?? 'never used',
  ]);
  return table([['ID', 'Label', 'Key', 'Environment', 'Status', 'Last used'], ...rows]);
}

export function usersTable(people: CommandResult<'usersList'>): string {
  const rows = people.map((person) => [
    String(person.id),
    person.email,
    person.name,
    person.account_id === null ? '' : String(person.account_id),
    person.role === null ? '' : `${person.role}${person.suspended_at ? ', suspended' : ''}`,
  ]);
  return table([['ID', 'E-mail', 'Name', 'Account', 'Role'], ...rows]);
}

export function accountsTable(accounts: CommandResult<'accountsList'>): string {
  const rows = accounts.map((account) => [
    String(account.id),
    account.name,
    account.status,
    String(account.members),
    String(account.live_keys),
  ]);
  return table([['ID', 'Name', 'Status', 'Members', 'Live keys'], ...rows]);
}

/** `2 machines`, `1 machine`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function closedText({ id, name, keys, machines }: CommandResult<'accountsClose'>): string {
  const count = counted(machines.count, 'machine');
  const after = machines.ended
    ? `${count} ended`
    : `${count} left to the server, which ends them when it runs`;
  return `Closed account ${id} (${name}) for good: ${counted(keys.revoked, 'API key')} revoked, ${after}.`;
}

export function limitsText({ id, name, changed, limits }: CommandResult<'accountsLimits'>): string {
  const bounds = Object.entries(limits).map(([field, value]) => [
    field.replaceAll('_', ' '),
    value === null ? 'no bound of yours' : String(value),
  ]);
  return [`${changed ? 'Set for account' : 'Account'} ${id} (${name}):`, table(bounds)].join('\n');
}

export function ratesText(rates: CommandResult<'ratesShow'>): string {
  return [
    `A second of a processor        ${rates.cpu_per_second} dollars`,
    `A second of a GiB of memory    ${rates.ram_gib_per_second} dollars`,
  ].join('\n');
}

export function statusText(status: Status): string {
  const { running, address, data_dir: dataDir, people, keys, vms } = status;
  const state = address ? `Running at ${address} (pid ${status.pid})` : 'Running, but it cannot be asked';
  return [
    running ? state : 'Not running',
    `Data folder  ${dataDir}`,
    `People       ${people}`,
    `API keys     ${keys.live} live, ${keys.ended} ended`,
    `Machines     ${vms.live}`,
  ].join('\n');
}

export function pepperText({ source, current, versions }: PepperStatus): string {
  const lines = versions.map(({ version, fingerprint, live_keys: live, retired_at: retired }) => {
    const keys = `${live} ${live === 1 ? 'key' : 'keys'}`;
    if (version === current) return `v${version} (${fingerprint}): current, ${keys}`;
    if (retired) return `v${version} (${fingerprint}): retired ${retired}`;
    const advice = live === 0 ? `; it can be retired: pepper retire ${version}` : '';
    return `v${version} (${fingerprint}): ${keys} still on v${version}${advice}`;
  });
  return [`The pepper is in ${source === 'file' ? 'pepper.json' : 'INSTAVM_PEPPER'}.`, ...lines].join('\n');
}

export function auditTable(events: CommandResult<'auditList'>): string {
  const rows = events.map((event) => [
    String(event.id),
    event.created_at,
    event.account_id === 0 ? 'server' : String(event.account_id),
    event.event_type,
    event.status,
    `${event.actor_type} ${event.actor_id}`.trim(),
    `${event.resource_type} ${event.resource_id}`.trim(),
    event.address ?? '',
  ]);
  return table([['ID', 'Time', 'Account', 'Event', 'Status', 'Actor', 'About', 'From'], ...rows]);
}

export function verificationText({ ok, rows, head, first_bad: bad }: CommandResult<'verifyAudit'>): string {
  const noted = head ? `Head   ${head}` : 'There are no events yet.';
  if (ok || !bad) return `The chain holds: ${rows} events.\n${noted}`;
  return [
    `The chain is broken at event ${bad.id}: ${bad.detail}`,
    `Good   ${rows} events before it`,
    'Keep this database as it is, and compare it with a backup.',
  ].join('\n');
}
