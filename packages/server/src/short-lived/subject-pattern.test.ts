import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesSubject, subjectProblem } from './subject-pattern.ts';

const GITHUB = 'https://token.actions.githubusercontent.com';

test('a star stays within a segment, two go beyond it, and all else is itself', () => {
  for (const [pattern, subject, matches] of [
    ['repo:acme/app:ref:refs/heads/main', 'repo:acme/app:ref:refs/heads/main', true],
    ['repo:acme/app:ref:refs/heads/main', 'repo:acme/app:ref:refs/heads/main2', false],
    ['repo:acme/app:ref:refs/heads/*', 'repo:acme/app:ref:refs/heads/main', true],
    ['repo:acme/app:ref:refs/heads/*', 'repo:acme/app:ref:refs/heads/a/b', false],
    ['repo:acme/app:ref:refs/heads/**', 'repo:acme/app:ref:refs/heads/a/b', true],
    ['repo:acme/*:environment:production', 'repo:acme/app:environment:production', true],
    ['repo:acme/*:environment:production', 'repo:acme/app:ref:x:environment:production', false],
    ['repo:acme/*', 'repo:acme/app:ref:refs/heads/main', false],
    ['repo:acme/**', 'repo:acme/app:ref:refs/heads/main', true],
    ['repo:acme/**', 'repo:acme-evil/app', false],
    ['repo:acme/**', 'xrepo:acme/app', false],
    ['system:serviceaccount:ci:*', 'system:serviceaccount:ci:runner', true],
    ['system:serviceaccount:ci:*', 'system:serviceaccount:ci2:runner', false],
    ['a*c', 'ac', true],
    ['a*c', 'abcbc', true],
    ['a***', 'a/b:c', true],
    ['*', '', true],
    ['*', 'a:b', false],
    ['**', 'a:b/c', true],
    ['', '', true],
    ['', 'a', false],
    ['a.c', 'abc', false],
    ['(a+)+$', '(a+)+$', true],
    ['[a-z]?\\d', '[a-z]?\\d', true],
    ['A', 'a', false],
  ] as const) {
    assert.equal(matchesSubject(pattern, subject), matches, `${pattern} ${subject}`);
  }
});

const text = (letters: string, most: number) =>
  fc.array(fc.constantFrom(...letters), { maxLength: most }).map((drawn) => drawn.join(''));

/** The same in words of regular expressions, for texts so short that no backtracking matters. */
function oracle(pattern: string, subject: string): boolean {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === '**' ? '[^]*' : part === '*' ? '[^:/]*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`).test(subject);
}

test('property: it decides as a regular expression would', () => {
  let matched = 0;
  fc.assert(
    fc.property(text('ab:/*.', 8), text('ab:/.', 8), (pattern, subject) => {
      const found = matchesSubject(pattern, subject);
      assert.equal(found, oracle(pattern, subject));
      if (found) matched++;
    }),
    { numRuns: 20_000 },
  );
  assert.ok(matched > 100, `control: ${matched} matched`);
});

test('property: a pattern without a star takes itself and nothing else', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const pattern = one.replaceAll('*', '');
      assert.equal(matchesSubject(pattern, pattern), true);
      assert.equal(matchesSubject(pattern, other), pattern === other);
    }),
  );
});

test('security: no pattern makes it take more steps than the lengths multiplied', () => {
  const subject = 'a'.repeat(1000);
  for (const pattern of ['*a'.repeat(250), '**a'.repeat(166), '**'.repeat(250), `${'a*'.repeat(249)}b`]) {
    // With backtracking it would not end while anybody waits.
    matchesSubject(pattern, subject);
  }
});

test('security: for an issuer that gives tokens to everybody, the owner stands whole before the first star', () => {
  for (const subject of [
    '**',
    '*',
    'repo:*/app:**',
    'repo:acme*/app',
    'repo:acme*',
    'repo:**',
    'repo:*',
    '*:acme/x',
  ]) {
    assert.match(subjectProblem(GITHUB, subject) ?? '', /strangers/, subject);
    assert.equal(
      subjectProblem('https://issuer.example.org', subject),
      null,
      'control: an issuer of their own',
    );
  }
  for (const subject of ['repo:acme/*', 'repo:acme/**', 'repo:acme/app:ref:refs/heads/*', 'repo:acme/app']) {
    assert.equal(subjectProblem(GITHUB, subject), null, subject);
  }
  assert.equal(subjectProblem('https://gitlab.com', 'project_path:acme/*:ref_type:branch:ref:main'), null);
});
