import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Slices } from '../../audit/slices.ts';
import { verifyServerChain } from '../../audit/verify.ts';
import { DATABASE_FILE } from '../../data-folder.ts';
import { lockFolder } from '../../db/folder-lock.ts';
import { openDatabase } from '../../db/sqlite.ts';
import { openReadOnly } from '../backup/inspect.ts';
import { isRestoreUnfinished } from '../backup/unfinished.ts';
import type { CommandResult, Status } from '../commands.ts';
import { askServer } from '../control-socket.ts';
import type { ToolCall } from '../tool-command.ts';
import { type Check, note, ok, problem } from './check.ts';
import { checkClock } from './clock.ts';
import { checkDatabase } from './database.ts';
import { checkDisk, checkPermissions } from './folder.ts';
import { checkPepper } from './pepper.ts';
import { checkFreePort, checkIdleEngine, checkRunningEngine, checkRunningListener } from './server.ts';

/** Files that say who keeps the clock, in the order in which they are asked. */
const CLOCK_KEEPERS = {
  '/run/systemd/timesync/synchronized': 'systemd-timesyncd',
  '/run/chrony/chronyd.pid': 'chrony',
  '/run/ntpd.pid': 'ntpd',
};

/** Looks at everything that can be wrong with an installation and changes nothing. */
export async function examine({ config, io, pepper }: ToolCall): Promise<Check[]> {
  const { dataDir } = config;
  const file = join(dataDir, DATABASE_FILE);
  const nowText = new Date(io.world.now()).toISOString();
  const clock = { wallMs: io.world.now(), newestChangeMs: null, serverAheadMs: null, keeper: clockKeeper() };
  if (!existsSync(file)) {
    const says = `there is no database in ${dataDir} yet; the first start makes it`;
    return [
      note('server', says),
      checkClock(clock),
      ...(existsSync(dataDir) ? [checkPermissions(dataDir, io.uid), checkDisk(dataDir)] : []),
      checkIdleEngine(config),
      await checkFreePort(config),
    ];
  }
  const server = await lookAtServer(dataDir);
  const checks = [server.check];
  if (isRestoreUnfinished(dataDir)) {
    const todo = 'Run it again: instavmd restore FILE --force. What was there before is kept in the folder.';
    checks.push(problem('restore', 'a restore was cut off', todo));
  }
  checks.push(checkPermissions(dataDir, io.uid), checkDisk(dataDir));
  checks.push(...(await lookAtDatabase(file, (db) => checkDatabase(file, db, nowText))));
  const isSound = !checks.some(({ name, state }) => name === 'database' && state !== 'ok');
  const newestChangeMs = isSound ? newestChange(file) : null;
  checks.splice(1, 0, checkClock({ ...clock, newestChangeMs, serverAheadMs: server.aheadMs }));
  if (isSound) {
    const db = openDatabase(file);
    try {
      checks.push(
        await checkPepper(db, { dataDir, given: pepper, serverSource: server.pepperSource, nowText }),
      );
      checks.push(auditCheck(await verifyServerChain({ db, slices: new Slices() })));
    } finally {
      await db.destroy();
    }
  }
  const { status } = server;
  checks.push(status ? checkRunningEngine(status.readiness.vm) : checkIdleEngine(config));
  if (status?.address) checks.push(await checkRunningListener(status.address));
  else if (!server.isRunning) checks.push(await checkFreePort(config));
  return checks;
}

interface ServerFacts {
  isRunning: boolean;
  status: (Status & { readiness: NonNullable<Status['readiness']> }) | null;
  pepperSource: 'file' | 'environment' | null;
  aheadMs: number | null;
  check: Check;
}

async function lookAtServer(dataDir: string): Promise<ServerFacts> {
  const nothing = { status: null, pepperSource: null, aheadMs: null };
  const lock = lockFolder(dataDir);
  if (lock) {
    lock.release();
    return { ...nothing, isRunning: false, check: ok('server', 'not running') };
  }
  try {
    const status = (await askServer(dataDir, 'status', {})) as ServerFacts['status'];
    const pepper = (await askServer(dataDir, 'pepperStatus', {})) as CommandResult<'pepperStatus'>;
    return {
      isRunning: true,
      status,
      pepperSource: pepper.source,
      aheadMs: status!.clock_ahead_ms,
      check: ok('server', `running at ${status!.address} (pid ${status!.pid})`),
    };
  } catch (error) {
    return {
      ...nothing,
      isRunning: true,
      check: problem(
        'server',
        `it runs but cannot be asked: ${(error as Error).message}`,
        'Restart it. Until then the tool works on the database itself, and the server follows.',
      ),
    };
  }
}

async function lookAtDatabase(file: string, check: (db: DatabaseSync) => Check): Promise<Check[]> {
  try {
    const db = openReadOnly(file);
    try {
      return [check(db)];
    } finally {
      db.close();
    }
  } catch (error) {
    const todo = 'Stop the server and restore the newest backup: instavmd restore FILE --force.';
    return [problem('database', `${file} cannot be read (${(error as Error).message})`, todo)];
  }
}

function newestChange(file: string): number | null {
  const db = openReadOnly(file);
  const row = db.prepare('select at from change order by seq desc limit 1').get() as
    | { at: string }
    | undefined;
  db.close();
  return row ? Date.parse(row.at) : null;
}

function auditCheck(verified: Awaited<ReturnType<typeof verifyServerChain>>): Check {
  const { ok: isWhole, rows, first_bad: bad } = verified;
  if (isWhole) return ok('audit', `the chain of ${rows} events is whole`);
  return problem(
    'audit',
    `event ${bad!.id}: ${bad!.detail}`,
    'Somebody changed the audit trail. Keep this folder as evidence, and compare with the newest backup.',
  );
}

function clockKeeper(): string | null {
  for (const [file, keeper] of Object.entries(CLOCK_KEEPERS)) if (existsSync(file)) return keeper;
  return null;
}
