import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainApt, parseAptFraction, parseAptPlan } from './apt-plan.ts';

test('a plan is read with names, versions and sizes, with and without a hash', () => {
  const output = [
    'Reading package lists...',
    "'http://deb.example/g/git_2.39_amd64.deb' git_1%3a2.39.5-0+deb12u3_amd64.deb 7264380 ",
    "'http://deb.example/p/python3-venv.deb' python3-venv_3.11.2-1+b1_amd64.deb 1200 MD5Sum:cbe279",
  ].join('\n');
  assert.deepEqual(parseAptPlan(output), [
    {
      name: 'git',
      version: '1%3a2.39.5-0+deb12u3',
      file: 'git_1%3a2.39.5-0+deb12u3_amd64.deb',
      bytes: 7264380,
      hash: '',
    },
    {
      name: 'python3-venv',
      version: '3.11.2-1+b1',
      file: 'python3-venv_3.11.2-1+b1_amd64.deb',
      bytes: 1200,
      hash: 'MD5Sum:cbe279',
    },
  ]);
});

test('a plan names files only, never a path out of the archives', () => {
  assert.deepEqual(parseAptPlan("'http://x' ../../etc/passwd_1_all.deb 1 MD5Sum:0"), []);
});

test('progress is read from the status lines of apt', () => {
  assert.equal(parseAptFraction('dlstatus:3:41.5:Retrieving file 3 of 9'), 0.415);
  assert.equal(parseAptFraction('something else'), null);
});

test('of several complaints the one that names the cause is told', () => {
  const stderr =
    'W: slow\nE: Unable to correct problems, you have held broken packages.\nE: Unable to locate package qemu-system-x86\n';
  assert.equal(explainApt(stderr), 'Unable to locate package qemu-system-x86');
});
