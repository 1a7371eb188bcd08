import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { root } from './paths.mjs';
import { testNames, testNamesIn } from './test-names.mjs';

const FOLDER = join(root, 'docs', 'security');

/** Requirements of ASVS 5.0 at levels 1 and 2, how many a section has; level 3 ones in between are optional. */
const REQUIRED = [
  '6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4',
  '7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2',
  '8.1.1-2 8.2.1-3 8.3.1-1 8.4.1-1',
  '9.1.1-3 9.2.1-4',
  '16.1.1-1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3',
]
  .join(' ')
  .split(' ')
  .flatMap((range) => {
    const [, section, from, to] = /^(\d+\.\d+)\.(\d+)-(\d+)$/.exec(range);
    return Array.from({ length: to - from + 1 }, (_, i) => `${section}.${Number(from) + i}`);
  });

const ABUSE_CASES = numbers(1, 43);

const byFile = testNames();
const known = new Set([...byFile.values()].flat());
const isAbuseCase = (number) => (name) => new RegExp(`^abuse cases? ${number}\\b`).test(name);

function numbers(from, to) {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function rowsOf(page) {
  return readFileSync(join(FOLDER, page), 'utf8')
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
}

/** What is in backquotes. */
function quoted(text) {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inside]) => inside);
}

/** What is wrong with one row of the matrix; null when nothing is. */
function problemOf(answer, names) {
  if (!/^(Tests: `|Documented: \[|Not applicable, because |Open: )/.test(answer)) {
    return 'says neither how it is tested, where it is documented, why it does not apply nor what is open';
  }
  const gone = quoted(answer.replace(/\(AES[^)]*\)/g, '')).filter((name) => {
    const number = /^abuse case (\d+)$/.exec(name)?.[1];
    return number ? ![...names].some(isAbuseCase(number)) : !names.has(name) && !isWord(name);
  });
  if (gone.length > 0) return `names tests that are not there: ${gone.join(' / ')}`;
  for (const [, target] of answer.matchAll(/\]\(([^)]+)\)/g)) {
    const [file, anchor] = target.split('#');
    const path = join(FOLDER, file);
    if (!existsSync(path)) return `links to ${file}, which is not there`;
    if (anchor && !headingsOf(path).includes(anchor)) return `links to #${anchor}, which ${file} has not`;
  }
  return null;
}

/** A permission, not a test. */
function isWord(name) {
  return /^[a-z-]+:[a-z]+$/.test(name);
}

function headingsOf(path) {
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

test('the matrix has one row for each requirement of its chapters', () => {
  const found = rowsOf('asvs.md').map(([number]) => number);
  assert.deepEqual(
    REQUIRED.filter((number) => !found.includes(number)),
    [],
  );
  assert.equal(new Set(found).size, found.length, 'none twice');
});

test('every row of the matrix says how it stands, and what it names is there', () => {
  const problems = rowsOf('asvs.md').flatMap(([number, , answer = '']) => {
    const problem = problemOf(answer, known);
    return problem ? [`${number} ${problem}`] : [];
  });
  assert.deepEqual(problems, []);
});

test('a planted row is found: a test that is gone, a dead link, an empty answer', () => {
  for (const [answer, reason] of [
    ['', /neither/],
    ['yes', /neither/],
    ['Tests: `no such test`', /no such test/],
    ['Tests: `abuse case 99`', /abuse case 99/],
    ['Open: but `this was tested`', /this was tested/],
    ['Documented: [here](none.md)', /none\.md/],
    ['Documented: [here](../security.md#no-such-part)', /no-such-part/],
  ]) {
    assert.match(problemOf(answer, known) ?? 'nothing', reason, answer);
  }
  assert.equal(problemOf('Tests: `abuse case 16`', known), null);
});

test('every abuse case has a test with its number, in each of the files that the list names', () => {
  const rows = rowsOf('abuse-cases.md');
  const listed = rows.map(([number]) => Number(number));
  assert.deepEqual(
    ABUSE_CASES.filter((number) => !listed.includes(number)),
    [],
  );
  for (const [number, , , where] of rows) {
    const files = quoted(where).filter((file) => file.endsWith('.test.ts'));
    assert.ok(files.length > 0, number);
    for (const file of files) {
      assert.ok(byFile.get(file)?.some(isAbuseCase(number)), `${file} has no test of abuse case ${number}`);
    }
    for (const file of quoted(where).filter((path) => path.endsWith('.ts'))) {
      assert.ok(existsSync(join(root, file)), file);
    }
  }
});

test('names of tests are read as they are written, in each kind of quotes', () => {
  const source = `test('a', f); test("b's", f);\n  await step(\`c <d>\`, f); test(\n  'it\\'s', f); contest('no', f)`;
  assert.deepEqual(testNamesIn(source), ['a', "b's", 'c <d>', "it's"]);
  assert.ok(known.size > 500, `${known.size} names`);
});
