import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RealAgent } from './testing/real-agent.ts';

let agent: RealAgent;
before(async () => {
  agent = await RealAgent.start();
});
after(() => agent.stop());

test('variables, imports and functions live from call to call', async () => {
  await agent.python('import math\nx = 20\ndef double(n): return 2 * n');
  const { out, exitCode } = await agent.python('print(double(x) + math.floor(2.5))');
  assert.deepEqual([out, exitCode], ['42\n', 0]);
});

test('a call is a script: no echo of the last expression, __main__ as its name, the work folder around it', async () => {
  const { out, err } = await agent.python(
    `import os\n1 + 1\nprint(__name__, os.getcwd() == ${JSON.stringify(agent.workFolder)})`,
  );
  assert.deepEqual([out, err], ['__main__ True\n', '']);
});

test('stdout and stderr come apart, from Python, from child processes and from C', async () => {
  const code = `
import ctypes, os, subprocess, sys
print("out"); print("err", file=sys.stderr)
subprocess.run("echo child; echo child-err >&2", shell=True)
os.write(1, b"raw\\n"); os.write(2, b"raw-err\\n")
ctypes.CDLL(None).puts(b"from C")`;
  const { out, err, exitCode } = await agent.python(code);
  assert.deepEqual([out, err, exitCode], ['out\nchild\nraw\nfrom C\n', 'err\nchild-err\nraw-err\n', 0]);
});

test('an exception ends the call with 1 and a traceback that shows the program and nothing of the agent', async () => {
  const { err, exitCode } = await agent.python('def fail():\n    raise ValueError("no")\n\nfail()');
  assert.equal(exitCode, 1);
  const lines = err.replace(/<execute \d+>/g, 'F').split('\n');
  assert.deepEqual(lines, [
    'Traceback (most recent call last):',
    '  File "F", line 4, in <module>',
    '    fail()',
    '  File "F", line 2, in fail',
    '    raise ValueError("no")',
    'ValueError: no',
    '',
  ]);
});

test('a function of an earlier call shows its source in a traceback', async () => {
  await agent.python('def earlier():\n    return 1 / 0  # here');
  const { err } = await agent.python('earlier()');
  assert.match(err, /return 1 \/ 0 {2}# here/);
});

test('a syntax error is shown as Python shows it', async () => {
  const { err, exitCode } = await agent.python('if True\n    pass');
  assert.match(err, /^ {2}File "<execute \d+>", line 1\n {4}if True\n {11}\^\nSyntaxError: expected ':'\n$/);
  assert.equal(exitCode, 1);
});

for (const [code, exitCode, err] of [
  ['import sys; sys.exit(3)', 3, ''],
  ['exit(4)', 4, ''],
  ['import sys; sys.exit()', 0, ''],
  ['import sys; sys.exit("why")', 1, 'why\n'],
  ['raise SystemExit(257)', 1, ''],
] as const) {
  test(`the interpreter survives ${code}`, async () => {
    await agent.python('kept = "kept"');
    const result = await agent.python(code);
    assert.deepEqual([result.exitCode, result.err], [exitCode, err]);
    assert.equal((await agent.python('print(kept)')).out, 'kept\n');
  });
}

for (const [code, exitCode, how] of [
  ['import os; os._exit(3)', 3, 'exit code 3'],
  ['import ctypes; ctypes.string_at(0)', 139, 'killed by SIGSEGV'],
  ['import os; os.kill(os.getpid(), 9)', 137, 'killed by SIGKILL'],
  ['import os; os.execvp("sh", ["sh", "-c", "echo other >&2; exit 5"])', 5, 'exit code 5'],
] as const) {
  test(`after ${code} the answer says so, and the next call has a fresh interpreter`, async () => {
    const { err, exitCode: code_ } = await agent.python(`x = 1\nprint("before", flush=True)\n${code}`);
    assert.equal(code_, exitCode);
    assert.ok(err.endsWith(`The Python interpreter ended (${how}); its variables were lost.\n`), err);
    assert.equal((await agent.python('print("x" in globals())')).out, 'False\n');
  });
}

test('variables that were lost between two calls are reported by the second', async () => {
  const { out } = await agent.python(
    'import os, threading\nprint(os.getpid())\nthreading.Timer(0.1, os._exit, [9]).start()',
  );
  await agent.bash(`while kill -0 ${out.trim()} 2> /dev/null; do sleep 0.01; done`, 5);
  const second = await agent.python('print(1)');
  const why = 'The Python interpreter ended after the last call (exit code 9); its variables were lost.\n';
  assert.deepEqual([second.out, second.err], ['1\n', why]);
});

test('a child of os.fork() ends by itself and never answers in the place of its parent', async () => {
  const code = `
import os, sys
pid = os.fork()
if pid == 0:
    sys.exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
  assert.equal((await agent.python(code)).out, '7\n');
  const { out } = await agent.python(
    'import os\nchild = os.fork() == 0\nif not child:\n    os.wait(); print("parent")',
  );
  assert.equal(out, 'parent\n');
  assert.equal((await agent.python('print("still here")')).out, 'still here\n');
});

test('lines that begin with ! run in bash, and a failure is an exception', async () => {
  const { out, err, exitCode } = await agent.python(
    'print(1)\nif True:\n    !echo "it\'s"; echo oops >&2\n!exit 3\nprint(2)',
  );
  assert.deepEqual([out, exitCode], ["1\nit's\n", 1]);
  assert.match(err, /^oops\nTraceback/);
  assert.match(err, /line 4, in <module>\n {4}!exit 3\n/);
  assert.match(err, /CalledProcessError: Command 'exit 3' returned non-zero exit status 3\.\n$/);
});

test('a ! inside of a string, a bracket or a long line is Python', async () => {
  const code =
    'a = """\n!echo no\n"""\nb = (1\n!= 2)\nc = 1 \\\n!= 2\n# it\'s\n!echo a \\\n  b\nprint(repr(a), b, c)';
  const { out, err } = await agent.python(code);
  assert.deepEqual([out, err], ["a b\n'\\n!echo no\\n' True True\n", '']);
});

test('an error below a shell line of several lines still has its line number', async () => {
  const { err } = await agent.python('!true \\\n && true\n\n1/0');
  assert.match(err, /line 4, in <module>\n {4}1\/0/);
});

test('a module that a shell line has just installed can be imported', async () => {
  const { out } = await agent.python(
    '!echo "value = 5" > fresh_module.py\nimport fresh_module\nprint(fresh_module.value)',
  );
  assert.equal(out, '5\n');
});

test('stdin is empty, and closing the standard streams harms no later call', async () => {
  const { err } = await agent.python('input()');
  assert.match(err, /EOFError/);
  await agent.python('import sys\nsys.stdin.close(); sys.stdout.close(); sys.stderr.close()');
  await agent.python('import os\nos.close(0); os.close(1); os.close(2)');
  assert.equal((await agent.python('print("ok")')).out, 'ok\n');
});

test('calls run one after the other, in the order in which they came', async () => {
  const calls = [1, 2, 3, 4].map((n) =>
    agent.python(
      `log = globals().get("log", [])\nimport time\nlog.append("<${n}")\ntime.sleep(0.02)\nlog.append("${n}>")`,
    ),
  );
  await Promise.all(calls);
  assert.equal((await agent.python('print("".join(log))')).out, '<11><22><33><44>\n');
});

test('a background process neither holds up the answer nor writes into a later one', async () => {
  const first = await agent.python(
    'import subprocess\np = subprocess.Popen("sleep 0.1; echo late; echo late >&2; sleep 9", shell=True)\nprint("now")',
  );
  assert.equal(first.out, 'now\n');
  const second = await agent.python('import time; time.sleep(0.2); print(p.poll()); p.kill()');
  assert.deepEqual([second.out, second.err], ['None\n', '']);
});

test('a program of 90 KB and one of 2 MB are taken whole', async () => {
  for (const size of [90_000, 2_000_000]) {
    const { out } = await agent.python(`text = """${'x\n'.repeat(size / 2)}"""\nprint(len(text))`);
    assert.equal(out, `${size}\n`);
  }
});

test('code that is no valid text for Python is an error of the program', async () => {
  for (const code of ['print("\0")', 'print("\ud800")', `${'('.repeat(500)}`]) {
    const { exitCode, err } = await agent.python(code);
    assert.equal(exitCode, 1);
    assert.match(err, /Error/);
  }
});

test('the time of the processor counts a call and its children, and no other call', async () => {
  const busy = await agent.python(
    'import time\nend = time.process_time() + 0.1\nwhile time.process_time() < end: pass',
  );
  assert.ok(busy.cpuSeconds >= 0.1 && busy.cpuSeconds < 0.3, String(busy.cpuSeconds));
  const idle = await agent.python('import time; time.sleep(0.05)');
  assert.ok(idle.cpuSeconds < 0.05 && idle.wallSeconds >= 0.05, JSON.stringify(idle));
});
