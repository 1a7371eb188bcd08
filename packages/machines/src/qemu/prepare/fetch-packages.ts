import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Apt, openApt } from './apt.ts';
import type { PlannedPackage } from './apt-plan.ts';
import type { PreparationContext } from './context.ts';

/** Packages of one purpose, with all they need. */
export interface PackageSet {
  planned: readonly PlannedPackage[];
  /** Their files, in the same order. */
  archives: readonly string[];
}

export interface FetchedPackages<Name extends string> {
  sets: Record<Name, PackageSet>;
  discard(): Promise<void>;
}

/**
 * Fetches several sets of packages in one go. Archives and half archives of an interrupted run are taken up;
 * apt checks each against the signed list.
 */
export async function fetchPackages<Name extends string>(
  wanted: Record<Name, readonly string[]>,
  context: PreparationContext,
): Promise<FetchedPackages<Name>> {
  const { progress, signal } = context;
  const apt = await openApt(join(context.cacheDir, 'packages'), context.tools, signal);
  progress.report('lists');
  await apt.update((fraction) => progress.report('lists', { fraction }));

  const sets = {} as Record<Name, PackageSet>;
  const names = Object.keys(wanted) as Name[];
  const plan = async (name: Name) => {
    const planned = await apt.plan(wanted[name]);
    sets[name] = { planned, archives: planned.map((one) => apt.archive(one)) };
  };
  // The first one makes apt's cache of the lists, which the others then share.
  const [first, ...others] = names.filter((name) => wanted[name].length > 0);
  if (first) await plan(first);
  await Promise.all(others.map(plan));
  for (const name of names) sets[name] ??= { planned: [], archives: [] };
  await download(
    names.flatMap((name) => [...wanted[name]]),
    Object.values(sets),
    apt,
    context,
  );
  // What is fetched together may be resolved otherwise than what is planned apart.
  for (const name of names) {
    if ((await missing(sets[name].archives)).length > 0) await apt.download(wanted[name], () => {});
  }
  return { sets, discard: () => apt.discard() };
}

async function download(
  packages: readonly string[],
  sets: readonly PackageSet[],
  apt: Apt,
  context: PreparationContext,
): Promise<void> {
  const byArchive = new Map(sets.flatMap((set) => set.planned.map((one) => [apt.archive(one), one.bytes])));
  const total = sum(byArchive.values());
  const absent = await missing([...byArchive.keys()]);
  const toFetch = sum(absent.map((archive) => byArchive.get(archive)!));
  const report = (fraction: number) => {
    const bytesDone = Math.min(total, Math.round(total - toFetch * (1 - fraction)));
    context.progress.report('download', { fraction: bytesDone / total, bytesDone, bytesTotal: total });
  };
  report(0);
  if (absent.length > 0) await apt.download(packages, report);
  report(1);
}

async function missing(archives: readonly string[]): Promise<string[]> {
  const absent: string[] = [];
  for (const archive of archives) {
    const there = await access(archive).then(
      () => stat(archive),
      () => null,
    );
    if (!there) absent.push(archive);
  }
  return absent;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
