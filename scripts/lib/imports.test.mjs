import assert from 'node:assert/strict';
import test from 'node:test';
import { importsOf, refusals } from './imports.mjs';

const refusedCases = [
  [
    'packages/cli/src/main.ts',
    "import { start } from '@instavm/server';",
    /packages\/cli may import @instavm\/sdk/,
  ],
  ['packages/contract/src/index.ts', "export * from '@instavm/keyformat';", /no other package/],
  [
    'packages/dashboard/src/app.tsx',
    "import { endpoints } from '@instavm/contract';",
    /packages\/dashboard may import/,
  ],
  ['packages/cli/src/ls.ts', "import { App } from '../../server/src/app.ts';", /past the package's name/],
  [
    'packages/server/src/keys/key.ts',
    "import { endVm } from '../vms/store.ts';",
    /keys\/ may import values from/,
  ],
  [
    'packages/server/src/keys/key.ts',
    "const vms = await import('../vms/store.ts');",
    /keys\/ may import values from/,
  ],
  ['packages/server/src/db/feed.ts', "import { keys } from '../keys/store.ts';", /nothing beside it/],
  [
    'packages/server/src/keys/store.ts',
    "import { createKey } from './routes/create-key.ts';",
    /know no route/,
  ],
  [
    'packages/server/src/vms/vm.ts',
    "import { createKey } from '../keys/routes/create-key.ts';",
    /only the composition/,
  ],
  [
    'packages/server/src/keys/routes/create-key.ts',
    "import { deps } from '../../deps.ts';",
    /by nobody below/,
  ],
  ['packages/server/src/deps.ts', "import { app } from './app.ts';", /by nobody below/],
  ['packages/server/src/config.ts', "import { keys } from './keys/store.ts';", /beside main\.ts/],
  ['packages/server/src/keys/key.ts', 'const limit = process.env.INSTAVM_MAX_KEYS;', /uses process\.env/],
  ['packages/cli/src/commands/ls.ts', '  process.exit(1);', /uses process\.exit/],
];

for (const [file, text, reason] of refusedCases) {
  test(`a planted forbidden line is refused: ${file}: ${text.trim()}`, () => {
    const found = refusals(file, `// first line\n${text}\n`);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0], reason);
    assert.match(found[0], new RegExp(`^${file}:2 `));
  });
}

const allowedCases = [
  [
    'packages/cli/src/main.ts',
    "import { InstaVM } from '@instavm/sdk';\nprocess.exit(await run(process.env));",
  ],
  ['packages/dashboard/src/app.tsx', "import { permissions } from '@instavm/contract/permissions';"],
  [
    'packages/server/src/main.ts',
    "import { buildApp } from './app.ts';\nimport { buildDeps } from './deps.ts';",
  ],
  ['packages/server/src/operator/tool.ts', "import { openCore } from '../core.ts';"],
  ['packages/server/src/app.ts', "import { createKey } from './keys/routes/create-key.ts';"],
  ['packages/server/src/keys/routes/create-key.ts', "import { insertKey } from '../store.ts';"],
  ['packages/server/src/keys/store.ts', "import { appendChange } from '../db/feed.ts';"],
  ['packages/server/src/keys/key.ts', "import type { Vm } from '../vms/vm.ts';"],
  ['packages/server/src/keys/key.test.ts', "import { endVm } from '../vms/store.ts';\nprocess.env.TZ;"],
  ['packages/server/src/keys/key.ts', '// process.env is read in main.ts'],
];

for (const [file, text] of allowedCases) {
  test(`an allowed line passes: ${file}: ${text.split('\n')[0]}`, () => {
    assert.deepEqual(refusals(file, text), []);
  });
}

test('imports over several lines and re-exports are found at their last line', () => {
  const text =
    "import {\n  a,\n  b,\n} from './a.ts';\nexport type { C } from './c.ts';\nimport './side-effect.ts';\n";
  assert.deepEqual(importsOf(text), [
    { target: './a.ts', isType: false, line: 4 },
    { target: './c.ts', isType: true, line: 5 },
    { target: './side-effect.ts', isType: false, line: 6 },
  ]);
});
