import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generatedFiles } from './generated-files.ts';

const folder = new URL('../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

for (const [name, text] of Object.entries(generatedFiles(version))) {
  test(`${name} is what the contract says (npm run generate writes it)`, () => {
    assert.ok(read(name) === text, `${name} is out of date`);
  });
}
