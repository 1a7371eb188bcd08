// npm run bench [-- keys | machines]: figures as ratios in one run; a table, and JSON in bench/results/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Figure, isMet, table } from './figures.ts';
import { keyFigures } from './keys.ts';
import { machineFigures } from './machines.ts';

const groups: Record<string, () => Promise<Figure[]>> = { keys: keyFigures, machines: machineFigures };
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !groups[name]);
if (unknown) throw new Error(`there is no group ${unknown}; known: ${Object.keys(groups).join(', ')}`);

const load = { before: loadavg()[0]!, after: 0 };
const figures: Figure[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(groups)) figures.push(...(await groups[name]!()));
load.after = loadavg()[0]!;

const machine = `${cpus().length} x ${cpus()[0]!.model.trim()}, Node ${process.version}`;
process.stdout.write(
  `${table(figures)}\n\n${machine}; load average ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after\n`,
);
const folder = fileURLToPath(new URL('../results/', import.meta.url));
mkdirSync(folder, { recursive: true });
const result = {
  at: new Date().toISOString(),
  machine,
  load,
  figures: figures.map((one) => ({ ...one, met: isMet(one) })),
};
writeFileSync(`${folder}${result.at.replaceAll(':', '-')}.json`, `${JSON.stringify(result, null, 2)}\n`);
