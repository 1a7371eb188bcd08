// npm run bench [-- [--quick] keys | keys:check | limits | limits:... | machines]: figures as ratios in one run; a
// table, and JSON in bench/results/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Bench, Group } from './bench.ts';
import { type Figure, isMet, table } from './figures.ts';
import { checkFigures } from './keys/check.ts';
import { createFigures } from './keys/create.ts';
import { httpFigures } from './keys/http.ts';
import { introspectFigures } from './keys/introspect.ts';
import { millionFigures } from './keys/million.ts';
import { revokeFigures } from './keys/revoke.ts';
import { limitGroups } from './limits/groups.ts';
import { machineFigures } from './machines.ts';
import { Peers } from './peers.ts';

const groups: Record<string, Group> = {
  'keys:check': checkFigures,
  'keys:http': httpFigures,
  'keys:create': createFigures,
  'keys:million': millionFigures,
  'keys:revoke': revokeFigures,
  'keys:introspect': introspectFigures,
  ...limitGroups,
  machines: machineFigures,
};

const words = process.argv.slice(2);
const isQuick = words.includes('--quick');
const asked = words.filter((word) => word !== '--quick');
const isAsked = (name: string) =>
  asked.length === 0 || asked.some((word) => name === word || name.startsWith(`${word}:`));
const unknown = asked.find(
  (word) => !Object.keys(groups).some((name) => [name, name.split(':')[0]].includes(word)),
);
if (unknown) throw new Error(`there is no group ${unknown}; known: keys, ${Object.keys(groups).join(', ')}`);

const load = { before: loadavg()[0]!, after: 0, most: 0 };
const watch = setInterval(() => {
  load.most = Math.max(load.most, loadavg()[0]!);
}, 1000);
const bench: Bench = {
  peers: new Peers(),
  rounds: isQuick ? 1 : 5,
  isQuick,
  say: (text) => process.stderr.write(`${text}, load average ${loadavg()[0]!.toFixed(1)}\n`),
};
const figures: Figure[] = [];
try {
  for (const [name, group] of Object.entries(groups)) {
    if (isAsked(name)) figures.push(...(await group(bench)));
  }
} finally {
  await bench.peers.close();
  clearInterval(watch);
}
load.after = loadavg()[0]!;

const machine = `${cpus().length} x ${cpus()[0]!.model.trim()}, Node ${process.version}`;
const notes = [...bench.peers.notes].map(([name, note]) => `${name}: ${note}`);
const loadText = `load average ${load.before.toFixed(1)} before, ${load.most.toFixed(1)} at most, ${load.after.toFixed(1)} after`;
process.stdout.write(
  `${[table(figures), notes.join('\n'), `${machine}; ${loadText}`].filter(Boolean).join('\n\n')}\n`,
);

const folder = fileURLToPath(new URL('../results/', import.meta.url));
mkdirSync(folder, { recursive: true });
const result = {
  at: new Date().toISOString(),
  machine,
  is_quick: isQuick,
  load,
  peers: Object.fromEntries(bench.peers.notes),
  figures: figures.map((one) => ({ ...one, met: isMet(one) })),
};
writeFileSync(`${folder}${result.at.replaceAll(':', '-')}.json`, `${JSON.stringify(result, null, 2)}\n`);
