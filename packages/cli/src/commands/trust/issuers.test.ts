import assert from 'node:assert/strict';
import { test } from 'node:test';
import { github, gitlab, kubernetes } from './issuers.ts';

test('short forms become the subjects that their issuers write, exactly as far as was said', () => {
  const issuer = 'https://token.actions.githubusercontent.com';
  assert.deepEqual(github('acme/app'), { issuer, subject: 'repo:acme/app:**' });
  assert.deepEqual(github('acme/app@main').subject, 'repo:acme/app:ref:refs/heads/main');
  assert.deepEqual(github('acme/app@release/1').subject, 'repo:acme/app:ref:refs/heads/release/1');
  assert.deepEqual(github('acme/app@refs/tags/v1').subject, 'repo:acme/app:ref:refs/tags/v1');
  assert.deepEqual(github('acme/app@environment:prod').subject, 'repo:acme/app:environment:prod');
  assert.deepEqual(gitlab('acme/sub/app'), {
    issuer: 'https://gitlab.com',
    subject: 'project_path:acme/sub/app:**',
  });
  assert.deepEqual(gitlab('acme/app@main').subject, 'project_path:acme/app:ref_type:branch:ref:main');
  assert.deepEqual(kubernetes('ci/runner'), { subject: 'system:serviceaccount:ci:runner' });
});

test('security: a short form is one repository, project or account: no pattern and no other claim slips in', () => {
  for (const text of [
    '',
    'acme',
    '*/app',
    'acme/*',
    'acme/app:x',
    'acme/app@*',
    'acme/app@',
    'a/b/c',
    'acme/app@a b',
  ])
    assert.throws(() => github(text), /is no repository/, text);
  for (const text of ['acme', 'acme/**', 'acme/app:x', 'acme/app@*'])
    assert.throws(() => gitlab(text), /is no project/, text);
  for (const text of ['runner', 'ci/run:ner', '*/runner', 'CI/runner', 'ci/runner/x'])
    assert.throws(() => kubernetes(text), /is no service account/, text);
});
