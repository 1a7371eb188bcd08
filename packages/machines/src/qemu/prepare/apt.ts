import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTools } from '../host-tools.ts';
import { ToolError } from '../run-tool.ts';
import { explainApt, type PlannedPackage, parseAptFraction, parseAptPlan } from './apt-plan.ts';
import { EngineUnavailable } from './engine-unavailable.ts';

export interface Apt {
  /** Fetches the lists of packages. Sources that cannot be reached are passed over. */
  update(report: (fraction: number) => void): Promise<void>;
  /** Everything the packages need, as on an empty machine, whether or not it was fetched already. */
  plan(packages: readonly string[]): Promise<PlannedPackage[]>;
  /** Fetches what the packages need. What an interrupted run left is taken up again. */
  download(packages: readonly string[], report: (fraction: number) => void): Promise<void>;
  /** Where a planned package lies once it is here. */
  archive(planned: PlannedPackage): string;
  /** Gives the disk space back. */
  discard(): Promise<void>;
}

/**
 * The machine's own apt-get with its own sources, keys and proxies but a private state: nothing is
 * installed and no root is needed. An empty list of installed packages makes it resolve everything.
 */
export async function openApt(folder: string, tools: HostTools, signal?: AbortSignal): Promise<Apt> {
  const aptGet = await tools.find('apt-get');
  if (!aptGet) {
    throw new EngineUnavailable(
      'apt-get is not installed, and the machine image is made from Debian packages. Use a Debian host',
    );
  }
  const settings = await privateState(folder);
  let updateFailure: ToolError | null = null;

  const run = (args: readonly string[], report?: (fraction: number) => void) =>
    tools
      .run({
        command: aptGet,
        args: [...settings, ...(report ? ['-q', '-o', 'APT::Status-Fd=3'] : []), ...args],
        env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
        signal,
        ...(report ? { onLine: () => {}, onStatusLine: reportTo(report) } : {}),
      })
      .catch((error) => {
        throw error instanceof ToolError ? explain(error, updateFailure) : error;
      });

  return {
    async update(report) {
      try {
        await tools.run({
          command: aptGet,
          args: [...settings, '-q', '-o', 'APT::Status-Fd=3', '-o', 'APT::Update::Error-Mode=any', 'update'],
          env: { LC_ALL: 'C' },
          signal,
          onLine: () => {},
          onStatusLine: reportTo(report),
        });
      } catch (error) {
        // One source in error fails the update although the others were fetched. Whether what is needed
        // is there shows when it is planned; then this is the reason given.
        if (!(error instanceof ToolError)) throw error;
        updateFailure = error;
      }
    },
    async plan(packages) {
      // An archive that is here already would be left out of the plan, so it looks into an empty folder.
      const nowhere = ['-o', `Dir::Cache::archives=${join(folder, 'no-archives')}/`];
      return parseAptPlan(await run([...nowhere, '--print-uris', '--yes', 'install', ...packages]));
    },
    async download(packages, report) {
      await run(['--yes', '--download-only', 'install', ...packages], report);
    },
    archive: (planned) => join(folder, 'archives', planned.file),
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}

async function privateState(folder: string): Promise<string[]> {
  for (const name of ['lists/partial', 'archives/partial', 'no-archives/partial']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  const status = join(folder, 'status');
  await writeFile(status, '');
  const options = {
    'Dir::State': folder,
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::State::status': status,
    'Dir::Cache': folder,
    'Dir::Cache::archives': `${join(folder, 'archives')}/`,
    // Container images switch these two off; with them three plans cost a third.
    'Dir::Cache::pkgcache': 'pkgcache.bin',
    'Dir::Cache::srcpkgcache': 'srcpkgcache.bin',
    'Dir::Log': folder,
    'APT::Install-Recommends': '0',
    // The unprivileged user that apt would change to cannot look into a folder of mode 0700.
    'APT::Sandbox::User': '',
    'APT::Get::AllowUnauthenticated': '0',
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '20',
    'Acquire::https::Timeout': '20',
  };
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

function reportTo(report: (fraction: number) => void): (line: string) => void {
  return (line) => {
    const fraction = parseAptFraction(line);
    if (fraction !== null) report(fraction);
  };
}

/** A source that could not be read is why a package of it is not known, so it is named first. */
function explain(error: ToolError, updateFailure: ToolError | null): EngineUnavailable {
  const reason = explainApt(updateFailure?.stderr ?? '') || explainApt(error.stderr) || error.message;
  return new EngineUnavailable(
    `apt-get cannot fetch the packages of the machine image: ${reason.replace(/\.$/, '')}. ` +
      'Check the network and the sources in /etc/apt; it is tried again by itself every minute',
  );
}
