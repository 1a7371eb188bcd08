import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mintSecret } from '@instavm/keyformat';
import { cli, cliProcess } from '../../testing/cli.ts';
import { temporaryHome } from '../../testing/home.ts';
import { startServer } from '../../testing/server.ts';

const mint = () => {
  const key = mintSecret('api_key', randomBytes);
  return { key, masked: `${key.slice(0, 23)}…`, secret: key.slice(23, 40) };
};

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.co', ...args], {
    env: { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
    encoding: 'utf8',
  }).trim();

const env = { PATH: process.env.PATH ?? '' };

test('each secret in a folder is a line with its place and public part; the rest of it is nowhere', async (t) => {
  const home = temporaryHome(t);
  const { key, masked, secret } = mint();
  const token = mintSecret('sandbox_token', randomBytes);
  const webhook = mintSecret('webhook_secret', randomBytes);
  mkdirSync(join(home, 'in', '.hidden'), { recursive: true });
  writeFileSync(join(home, 'in', 'a.env'), `# keys\nKEY="${key}"\n`);
  writeFileSync(
    join(home, 'in', '.hidden', 'b'),
    Buffer.concat([randomBytes(700_000), Buffer.from(`\n${token}`)]),
  );
  writeFileSync(join(home, 'in', 'c.log'), Buffer.from(`\ufeffx\r\n${webhook}`, 'utf16le'));
  writeFileSync(join(home, 'in', 'd'), `${key.slice(0, 60)} instavm_sk_ whsec_abc`);
  const result = await cli(['keys', 'scan', join(home, 'in')], { home });
  assert.equal(result.code, 1);
  assert.deepEqual(
    result.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(home.length + 4))
      .sort(),
    [
      result.stdout.match(/\.hidden\/b:\d+:1: sandbox token instavm_st_.{12}…/)?.[0],
      `a.env:2:6: API key ${masked}`,
      'c.log:2:2: webhook secret whsec_…',
    ],
  );
  assert.match(result.stderr, /3 secrets in 3 places; searched 4 files, 0\.7 MB\.\n/);
  const json = await cli(['keys', 'scan', '--json', join(home, 'in')], { home });
  const { findings, failures } = JSON.parse(json.stdout);
  assert.deepEqual([findings.length, failures], [3, []]);
  for (const { stdout, stderr } of [result, json]) {
    for (const part of [secret, token.slice(23, 40), webhook.slice(6, 23)])
      assert.equal((stdout + stderr).includes(part), false);
  }
});

test('.git and links are left out, whatever they hold or lead to; a path that is given is not', async (t) => {
  const home = temporaryHome(t);
  const { key } = mint();
  for (const folder of ['outside', join('in', '.git')]) {
    mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, folder, 'a'), key);
  }
  symlinkSync(join(home, 'outside'), join(home, 'in', 'link'));
  symlinkSync(join(home, 'outside', 'a'), join(home, 'in', 'file-link'));
  symlinkSync(join(home, 'in'), join(home, 'in', 'loop'));
  assert.equal((await cli(['keys', 'scan', join(home, 'in')], { home })).code, 0);
  for (const given of [join(home, 'in', 'link'), join(home, 'in', '.git'), join(home, 'outside', 'a')]) {
    assert.equal((await cli(['keys', 'scan', given], { home })).code, 1, given);
  }
});

test('what cannot be read is named and ends with 2, and with 1 when something else was found', async (t) => {
  const home = temporaryHome(t);
  writeFileSync(join(home, 'good'), 'nothing');
  const missing = await cli(['keys', 'scan', join(home, 'good'), join(home, 'gone')], { home });
  assert.deepEqual([missing.code, missing.stdout], [2, '']);
  assert.match(missing.stderr, /gone: no such file or folder\nNothing found; searched 1 file/);
  writeFileSync(join(home, 'bad'), mint().key);
  const both = await cli(['keys', 'scan', '-j', join(home, 'gone'), join(home, 'bad')], { home });
  assert.equal(both.code, 1);
  assert.equal(JSON.parse(both.stdout).failures[0].problem, 'no such file or folder');
  assert.equal((await cli(['keys', 'scan'], { home })).code, 2);
  assert.equal((await cli(['keys', 'scan', '--git', '-'], { home })).code, 2);
});

const isRoot = process.getuid?.() === 0;
test('a file without permission is named', { skip: isRoot && 'root may read everything' }, async (t) => {
  const home = temporaryHome(t);
  writeFileSync(join(home, 'a'), '');
  chmodSync(join(home, 'a'), 0);
  const { code, stderr } = await cli(['keys', 'scan', home], { home });
  assert.equal(code, 2);
  assert.match(stderr, /a: permission denied\n/);
});

test('standard input is searched, also where a key is cut by the pipe', async (t) => {
  const home = temporaryHome(t);
  const { key, masked } = mint();
  const stdin = `${'x'.repeat(65_500)}\n${key}`;
  const result = await cliProcess(['keys', 'scan', '-'], { home, stdin });
  assert.deepEqual([result.code, result.stdout], [1, `-:2:1: API key ${masked}\n`]);
  assert.equal((await cliProcess(['keys', 'scan', '-'], { home, stdin: key.slice(1) })).code, 0);
});

test('history is searched whole: deleted, in messages, amended away; one line for all versions of a file', async (t) => {
  const home = temporaryHome(t);
  const [kept, message, lost] = [mint(), mint(), mint()];
  git(home, 'init', '-q');
  const commit = (content: string | null, text: string, ...more: string[]) => {
    if (content !== null) writeFileSync(join(home, 'a b.env'), content);
    git(home, 'add', '.');
    git(home, 'commit', '-q', '--allow-empty', '-m', text, ...more);
    return git(home, 'rev-parse', 'HEAD');
  };
  commit('nothing\n', 'first');
  const first = commit(`\n  K=${kept.key}\n`, 'a key');
  commit(`more\n\n  K=${kept.key}\n`, 'the same key');
  const told = commit('nothing\n', `gone, it was ${message.key}`);
  commit(`${lost.key}\n`, 'a mistake');
  commit('nothing\n', 'nothing to see', '--amend');
  assert.equal((await cli(['keys', 'scan', home], { home, env })).code, 0, 'control: the files are clean');
  const result = await cli(['keys', 'scan', '--git', home], { home, env });
  assert.equal(result.code, 1, result.stderr);
  const lines = result.stdout.trimEnd().split('\n').sort();
  assert.deepEqual(lines.slice(0, 2), [
    lines.find((line) => line.startsWith(`a b.env:1:1: API key ${lost.masked} (commit `)),
    `a b.env:2:5: API key ${kept.masked} (commit ${first.slice(0, 12)}, and in 1 later)`,
  ]);
  assert.match(
    lines[2]!,
    new RegExp(`^message:\\d+:\\d+: API key ${message.masked} \\(commit ${told.slice(0, 12)}\\)$`),
  );
  assert.equal(lines.length, 3);
  git(home, 'reflog', 'expire', '--expire=now', '--all');
  const after = await cli(['keys', 'scan', '--git', '--json', home], { home, env });
  const { findings } = JSON.parse(after.stdout);
  const unreachable = findings.find(({ masked }: { masked: string }) => masked === lost.masked);
  assert.deepEqual(
    [unreachable.commit, unreachable.path],
    [null, null],
    'an object of no commit is found too',
  );
});

test('a folder without history is a failure, not silence; a hook’s variables do not lead elsewhere', async (t) => {
  const [home, repository] = [temporaryHome(t), temporaryHome(t)];
  const none = await cli(['keys', 'scan', '--git', home], { home, env });
  assert.equal(none.code, 2);
  assert.match(none.stderr, /history not searched: not a git repository/);
  git(repository, 'init', '-q');
  const hook = { ...env, GIT_DIR: join(repository, '.git') };
  assert.equal((await cli(['keys', 'scan', '--git', home], { home, env: hook })).code, 2);
  const without = await cli(['keys', 'scan', '--git', repository], { home, env: { PATH: home } });
  assert.match(without.stderr, /history not searched: git is not installed/);
});

test('--report sends each API key once, without a key of one’s own, and says so', async (t) => {
  const home = temporaryHome(t);
  const { url, seen } = await startServer(t, {
    'POST /v1/api-keys/report-leak': { status: 202, body: { status: 'received' } },
  });
  const [one, two] = [mint(), mint()];
  const webhook = mintSecret('webhook_secret', randomBytes);
  writeFileSync(join(home, 'a'), `${one.key} ${two.key} ${one.key} ${webhook}`);
  const result = await cli(['keys', 'scan', '--report', '--base-url', url, join(home, 'a')], { home });
  assert.equal(result.code, 1);
  assert.deepEqual(
    seen.map(({ line, key, body }) => [line, key, body]),
    [one, two].map(({ key }) => ['POST /v1/api-keys/report-leak', undefined, { key }]),
  );
  assert.match(result.stderr, new RegExp(`Reported 2 API keys to ${url}`));
  assert.match(result.stderr, /replace the 1 other secret by hand/);
  const lost = await cli(
    ['keys', 'scan', '--report', '-j', '--base-url', 'http://127.0.0.1:1', join(home, 'a')],
    { home },
  );
  const { reported, report_error } = JSON.parse(lost.stdout);
  assert.deepEqual([lost.code, reported, report_error.code], [1, [], 'connection_failed']);
  assert.equal((lost.stdout + lost.stderr).includes(one.secret), false);
});

test('a known example is left out by its public part, and by nothing longer', async (t) => {
  const home = temporaryHome(t);
  const { key, masked } = mint();
  writeFileSync(join(home, 'a'), key);
  for (const name of [masked, masked.slice(0, -1), `${masked.slice(0, -1)}...`]) {
    assert.equal((await cli(['keys', 'scan', '--ignore', name, join(home, 'a')], { home })).code, 0);
  }
  const other = await cli(['keys', 'scan', '--ignore', mint().masked, join(home, 'a')], { home });
  assert.equal(other.code, 1);
  const whole = await cli(['keys', 'scan', '--ignore', key, join(home, 'a')], { home });
  assert.equal(whole.code, 2);
  assert.equal(whole.stderr.includes(key.slice(23, 40)), false);
});

test('a name that holds a key or steers the terminal is shown without either', async (t) => {
  const home = temporaryHome(t);
  const { key, secret } = mint();
  writeFileSync(join(home, `${key}\u001b[2J`), key);
  for (const json of [[], ['--json']]) {
    const { stdout, stderr } = await cli(['keys', 'scan', ...json, home], { home });
    assert.equal(stdout.includes('\u001b') || (stdout + stderr).includes(secret), false);
  }
});

test('a name that is no UTF-8 is read all the same', { skip: process.platform !== 'linux' }, async (t) => {
  const home = temporaryHome(t);
  writeFileSync(Buffer.concat([Buffer.from(`${home}/`), Buffer.from([0xff, 0xfe])]), mint().key);
  assert.equal((await cli(['keys', 'scan', home], { home })).code, 1);
});

test('a search that is interrupted ends with 130', async (t) => {
  const home = temporaryHome(t);
  writeFileSync(join(home, 'a'), 'x');
  assert.equal((await cli(['keys', 'scan', home], { home, signal: AbortSignal.abort() })).code, 130);
});
