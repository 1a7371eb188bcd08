import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const CALLS = /\b(?:test|step|it|suite)\(\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/g;
const FILES = [
  'packages/*/src/**/*.test.{ts,tsx}',
  'e2e/src/**/*.test.ts',
  'scripts/**/*.test.mjs',
  'rules/*.test.ts',
];

/** Names of the tests in a source, a template as it is written there. */
export function testNamesIn(source) {
  return [...source.matchAll(CALLS)].map(([, literal]) => literal.slice(1, -1).replace(/\\(['"`\\])/g, '$1'));
}

/** File -> names of its tests, for every file of tests that there is. */
export function testNames() {
  const files = globSync(FILES, { cwd: root }).sort();
  return new Map(files.map((file) => [file, testNamesIn(readFileSync(join(root, file), 'utf8'))]));
}
