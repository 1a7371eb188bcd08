/** Writes the files that follow from the contract; with `--check` only compares them and exits 1 when one is out of date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { generatedFiles } from '../src/generated-files.ts';

const folder = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { version: string };
const check = process.argv.includes('--check');

for (const [name, text] of Object.entries(generatedFiles(version))) {
  const file = new URL(name, folder);
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`packages/contract/${name} is out of date: run npm run generate and commit it.`);
    process.exitCode = 1;
  }
}
