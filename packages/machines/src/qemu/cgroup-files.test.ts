import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMemberships, parseMounts } from './cgroup-files.ts';

test('hierarchies of both versions are read, paths with colons too', () => {
  assert.deepEqual(parseMemberships('9:name=systemd:/\n4:memory:/service/a:b\n0::/user.slice\n'), [
    { name: 'name=systemd', path: '/' },
    { name: 'memory', path: '/service/a:b' },
    { name: 'unified', path: '/user.slice' },
  ]);
});

test('a mount bears the name by which a process is in it', () => {
  const text = [
    '30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct',
    '31 25 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd',
    '32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate',
    '33 25 0:29 / /tmp rw - tmpfs tmpfs rw',
  ].join('\n');
  assert.deepEqual(parseMounts(text), [
    { name: 'cpu,cpuacct', folder: '/sys/fs/cgroup/cpu,cpuacct' },
    { name: 'name=systemd', folder: '/sys/fs/cgroup/systemd' },
    { name: 'unified', folder: '/sys/fs/cgroup/unified' },
  ]);
});
