import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboard } from './dashboard.mjs';
import { generators } from './generated.mjs';
import { modules, root } from './paths.mjs';

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string[][]} [args] what the pinned Node runs, each in a process of its own and at the same time; exit
 *   code 0 of all is good
 * @property {(node: string, rail: object) => Promise<string | null>} [work] instead of args: null, or what went wrong
 * @property {boolean} [hasCounts] it runs node:test with lib/reporter.mjs
 * @property {boolean} [isShown] its output is shown as it comes, not only when it fails
 * @property {number} limitMs
 */

const minuteMs = 60_000;
const reporter = ['--test-reporter', join(root, 'scripts', 'lib', 'reporter.mjs')];
const hasTests = { hasCounts: true, limitMs: 25 * minuteMs };

/**
 * One process for many files: a unit test owns its ports and folders and changes nothing of the process. The
 * limit is for the slowest group, the QEMU driver's on a machine that has no image yet.
 */
const unitTests = (files) => [
  '--test',
  '--test-isolation=none',
  '--test-timeout=480000',
  ...reporter,
  ...files,
];

const e2eMain = join(root, 'e2e', 'src', 'main.ts');

/** @returns {Step[]} */
export function stepsFor(selection) {
  const parts = { check: checks, unit, e2e };
  if (selection.length === 0) return [...checks(), ...unit(), ...e2e()];
  if (selection.length === 1 && parts[selection[0]]) return parts[selection[0]]();
  const isE2e = (file) => file.split(/[\\/]/).includes('e2e');
  const [ends, units] = [selection.filter(isE2e), selection.filter((file) => !isE2e(file))];
  return [
    ...(units.length ? [{ title: 'Unit tests', args: [unitTests(units)], ...hasTests }] : []),
    ...(ends.length ? e2e(ends) : []),
  ];
}

function checks() {
  const tool = (title, ...args) => ({ title, args: [args], limitMs: 5 * minuteMs });
  const tsc = join(modules, 'typescript', 'bin', 'tsc');
  return [
    tool('Format and lint', join(modules, '@biomejs', 'biome', 'bin', 'biome'), 'check', '--colors=off', '.'),
    tool('Types', tsc, '-p', 'tsconfig.json'),
    ...['packages/dashboard/tsconfig.json']
      .filter((file) => existsSync(join(root, file)))
      .map((file) => tool('Dashboard types', tsc, '-p', file)),
    tool('Import arrows', join(root, 'scripts', 'check-imports.mjs')),
    ...generators.map((file) =>
      tool(`Generated ${file.includes('sdk') ? 'types' : 'files'}`, file, '--check'),
    ),
  ];
}

function unit() {
  return [
    {
      title: 'Unit tests',
      args: [
        // Of about the same length.
        unitTests([
          'packages/server/src/*.test.ts',
          'packages/server/src/{audit,auth,db,feed,http,keys,operator,tls}/**/*.test.ts',
        ]),
        unitTests([
          'scripts/**/*.test.mjs',
          'packages/!(server)/{src,scripts}/**/*.test.ts',
          'packages/server/src/!(audit|auth|db|feed|http|keys|operator|tls)/**/*.test.ts',
          'rules/*.test.ts',
        ]),
      ],
      ...hasTests,
    },
  ];
}

function e2e(files = []) {
  const dashboard = async (node, rail) => {
    const result = await buildDashboard(node, rail);
    return result.state === 'failed' ? result.output : null;
  };
  return [
    { title: 'Dashboard', work: dashboard, limitMs: 3 * minuteMs },
    { title: 'End to end', args: [[e2eMain, ...files]], isShown: true, ...hasTests },
  ];
}
