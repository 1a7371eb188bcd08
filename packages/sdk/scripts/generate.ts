/** Writes src/generated from the contract; with `--check` only compares and exits 1 when a file is out of date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ERRORS, PERMISSIONS, PRESETS } from '@instavm/contract';
import { generatedFiles, type OpenApi } from './generated-files.ts';

const folder = new URL('../src/generated/', import.meta.url);
const description = new URL('../../contract/openapi.json', import.meta.url);
const openApi = JSON.parse(readFileSync(description, 'utf8')) as OpenApi;
const check = process.argv.includes('--check');

for (const [name, text] of Object.entries(
  await generatedFiles(openApi, ERRORS, { presets: PRESETS, permissions: PERMISSIONS }),
)) {
  const file = new URL(name, folder);
  if (!check) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`packages/sdk/src/generated/${name} is out of date: run npm run generate and commit it.`);
    process.exitCode = 1;
  }
}
