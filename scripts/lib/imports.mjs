/**
 * Which part may import which: the arrows of docs/architecture.md that pnpm cannot refuse, because both ends
 * are declared or in one package. Types may cross where a value may not: they are gone when the program runs.
 */
export const arrows = {
  // Workspace packages, by folder. `@instavm/x` allows the package whole, `@instavm/x/y` that entry point.
  packages: {
    'packages/contract': [],
    'packages/keyformat': [],
    'packages/guest': [],
    'packages/machines': ['@instavm/guest'],
    'packages/server': ['@instavm/contract', '@instavm/keyformat', '@instavm/machines'],
    'packages/sdk': ['@instavm/keyformat'],
    'packages/cli': ['@instavm/sdk'],
    'packages/dashboard': [
      '@instavm/sdk',
      '@instavm/keyformat',
      '@instavm/contract/anomaly-kinds',
      '@instavm/contract/audit-events',
      '@instavm/contract/cidr',
      '@instavm/contract/endpoints.txt?raw',
      '@instavm/contract/permissions',
      '@instavm/contract/rate-limit',
      '@instavm/contract/roles',
      '@instavm/contract/states',
    ],
    e2e: ['@instavm/sdk', '@instavm/machines/fake'],
    bench: ['@instavm/sdk', '@instavm/machines', '@instavm/e2e/harness'],
  },
  // Folders inside packages/server/src. A folder not named here is a feature: it reaches another one only
  // through what deps.ts hands it.
  server: {
    db: [],
    // Counting and deciding alone: it knows of keys and accounts only what it is given.
    limits: [],
    http: ['auth', 'db', 'limits'],
    auth: ['db', 'http', 'keys', 'limits'],
    keys: ['auth', 'db', 'http', 'limits'],
    // Files beside main.ts.
    '': ['limits'],
    // The operator's tool is a second front to the same rules, for a data folder without a server.
    operator: ['audit', 'auth', 'db', 'http', 'keys', 'people', 'core.ts'],
    feature: ['auth', 'db', 'http'],
  },
  // Files that put the server together and may therefore reach everything below them, from the outermost in.
  composition: ['main.ts', 'serve.ts', 'app.ts', 'chores.ts', 'deps.ts', 'core.ts'],
};

/**
 * @param {string} file path from the root of the repository, with slashes
 * @param {string} text its content
 * @returns {string[]} one line for each import or use that is not allowed
 */
export function refusals(file, text) {
  return [
    ...importsOf(text).flatMap((found) => refuseImport(file, found)),
    ...linesOf(text).flatMap(([line, number]) => refuseGlobal(file, line, number)),
  ];
}

const importPattern =
  /^\s*(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

/** @returns {{target: string, isType: boolean, line: number}[]} */
export function importsOf(text) {
  return [...text.matchAll(importPattern)].map((match) => ({
    target: match[2] ?? match[3],
    isType: Boolean(match[1]),
    line: text.slice(0, match.index + match[0].length).split('\n').length,
  }));
}

function refuseImport(file, { target, isType, line }) {
  const at = `${file}:${line} imports ${target}`;
  const home = Object.keys(arrows.packages).find((name) => file.startsWith(`${name}/`));
  if (!home) return [];
  if (target.startsWith('@instavm/')) {
    if (isType || isTooling(file, home) || arrows.packages[home].some((allowed) => covers(allowed, target)))
      return [];
    return [`${at}: ${home} may import ${arrows.packages[home].join(', ') || 'no other package'}`];
  }
  if (!target.startsWith('.')) return [];
  const resolved = resolve(file, target);
  if (!resolved.startsWith(`${home}/`)) return [`${at}: it reaches out of ${home} past the package's name`];
  return isType ? [] : refuseInsideServer(file, resolved).map((reason) => `${at}: ${reason}`);
}

// Generators and bench programs of a package are run by people, never shipped with it.
const isTooling = (file, home) =>
  /^(scripts|bench)\//.test(file.slice(home.length + 1)) || file.endsWith('.test.ts');

const covers = (allowed, target) => target === allowed || target.startsWith(`${allowed}/`);

// Tests and what only they use put together whatever they test.
const isForTests = (file) => file.endsWith('.test.ts') || file.includes('/testing/');

const serverSource = 'packages/server/src/';

function refuseInsideServer(file, resolved) {
  if (!file.startsWith(serverSource) || !resolved.startsWith(serverSource) || isForTests(file)) return [];
  const from = file.slice(serverSource.length);
  const to = resolved.slice(serverSource.length);
  const [level, toLevel] = [from, to].map((path) => arrows.composition.indexOf(path));
  const allowed = arrows.server[folderOf(from)] ?? arrows.server.feature;
  if (allowed.includes(to)) return [];
  if (toLevel !== -1 && (level === -1 || level > toLevel)) {
    return ['the files that put the server together are imported by nobody below them'];
  }
  if (level !== -1) return [];
  if (to.includes('/routes/') && folderOf(from) !== folderOf(to))
    return ['only the composition mounts routes'];
  if (to.includes('/routes/') && !from.includes('/routes/')) return ['rules and stores know no route'];
  if (folderOf(to) === '' || folderOf(from) === folderOf(to)) return [];
  if (allowed.includes(folderOf(to))) return [];
  if (folderOf(from) === '')
    return [`a file beside main.ts reaches a feature only as ${arrows.composition.join(', ')} do`];
  return [
    `${folderOf(from)}/ may import values from ${allowed.join(', ') || 'nothing beside it'}; deps.ts hands over the rest`,
  ];
}

const folderOf = (path) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

const refusedGlobals = /\bprocess\.(env|exit)\b/;

function refuseGlobal(file, line, number) {
  const isGuarded =
    /^packages\/(server|cli)\/src\//.test(file) && !/(^|\/)main\.ts$/.test(file) && !isForTests(file);
  const isComment = /^\s*(\/\/|\/?\*)/.test(line);
  if (!isGuarded || isComment || !refusedGlobals.test(line)) return [];
  return [
    `${file}:${number} uses ${line.match(refusedGlobals)[0]}: only main.ts reads the environment and exits`,
  ];
}

const linesOf = (text) => text.split('\n').map((line, index) => [line, index + 1]);

function resolve(file, target) {
  const parts = file.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
