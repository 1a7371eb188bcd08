/** One package that has to be fetched. */
export interface PlannedPackage {
  name: string;
  /** As apt spells it in file names: `1%3a2.39.5-0` for version 1:2.39.5-0. */
  version: string;
  /** Its name among apt's archives. */
  file: string;
  bytes: number;
  /** Hash as the signed list gives it, with its kind; empty when the list gives only newer kinds. */
  hash: string;
}

/**
 * Reads `apt-get --print-uris install`, where each package is a line
 * `'URI' name_version_architecture.deb bytes hash`.
 */
export function parseAptPlan(output: string): PlannedPackage[] {
  const planned: PlannedPackage[] = [];
  for (const line of output.split('\n')) {
    const match = /^'[^']*' ([^_\s/]+)_([^_\s/]+)_([^_\s/]+\.deb) (\d+) ?(\S*)$/.exec(line);
    if (!match) continue;
    const [, name, version, rest, bytes, hash] = match as unknown as string[];
    planned.push({
      name: name!,
      version: version!,
      file: `${name}_${version}_${rest}`,
      bytes: Number(bytes),
      hash: hash!,
    });
  }
  return planned;
}

/** The share done, from a line of apt's status descriptor such as `dlstatus:3:41.5:Retrieving file 3 of 9`. */
export function parseAptFraction(line: string): number | null {
  const match = /^(?:dlstatus|pmstatus):[^:]*:([\d.]+):/.exec(line);
  return match ? Math.min(1, Number(match[1]) / 100) : null;
}

/** The line of apt's complaint that says most. */
export function explainApt(stderr: string): string {
  const errors = stderr
    .split('\n')
    .filter((line) => line.startsWith('E: '))
    .map((line) => line.slice(3).trim());
  const specific = errors.find((line) => !/^Unable to (fetch some archives|correct problems)/.test(line));
  return specific ?? errors[0] ?? stderr.trim().split('\n').at(-1) ?? '';
}
