import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Value } from './expression.ts';
import { bashSteps, pythonSteps } from './program.ts';

function python(code: string, variables = new Map<string, Value>()): string {
  return [...pythonSteps(code, variables)]
    .map((step) =>
      'text' in step ? step.text : 'code' in step ? `exit ${step.code}` : `sleep ${step.seconds}`,
    )
    .join('');
}

test('arithmetic answers as Python does', () => {
  const cases: [string, string][] = [
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['7 // -2, -7 % 3', '-4 2'],
    ['1 / 2, 4 / 2', '0.5 2.0'],
    ['2 ** 100', '1267650600228229401496703205376'],
    ['-2 ** 2', '-4'],
    ['"a" + \'b\' * 3', 'abbb'],
    ['True, None', 'True None'],
  ];
  for (const [expression, shown] of cases)
    assert.equal(python(`print(${expression})`), `${shown}\n`, expression);
});

test('an error of Python has its name and ends the program with 1', () => {
  assert.match(
    python('print(1)\n1/0\nprint(2)'),
    /^1\nTraceback[\s\S]*ZeroDivisionError: division by zero\nexit 1/,
  );
  assert.match(python('print(x)'), /NameError: name 'x' is not defined/);
});

test('code that is not known is refused and never run', () => {
  for (const code of ['__import__("os").system("true")', 'open("/etc/passwd")', 'print([1])', 'x = {}']) {
    assert.match(python(code), /The fake driver runs no code/, code);
  }
});

test('bash knows echo with quotes and variables, exit and sleep', () => {
  const steps = [...bashSteps('echo "hi $A;" \'$A\' # note\nsleep 2; exit 3', { A: 'b' })];
  assert.deepEqual(steps, [
    { kind: 'stdout', text: 'hi b; $A\n' },
    { kind: 'sleep', seconds: 2 },
    { kind: 'exit', code: 3 },
    { kind: 'exit', code: 0 },
  ]);
});
