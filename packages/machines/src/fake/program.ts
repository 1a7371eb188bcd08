import { evaluateList, FakeProgramError, show, type Value } from './expression.ts';

/** What one step of a program asks of the machine. */
export type Effect =
  | { kind: 'stdout' | 'stderr'; text: string }
  | { kind: 'sleep'; seconds: number }
  | { kind: 'exit'; code: number };

const notKnown =
  'The fake driver runs no code. It knows: in Python, print(...) and assignments of numbers and texts, import, ' +
  'time.sleep(n), sys.exit(n); in bash, echo, sleep n, exit n, true, false.\n';

/**
 * Steps of a Python program, of a subset that is decided here and never given to an interpreter. `variables`
 * is read and changed, so that they live from one program to the next as in a real machine.
 */
export function* pythonSteps(code: string, variables: Map<string, Value>): Generator<Effect> {
  for (const line of statements(code)) {
    try {
      yield* pythonStatement(line, variables);
    } catch (error) {
      if (!(error instanceof FakeProgramError)) throw error;
      const text = error.pythonName
        ? `Traceback (most recent call last):\n${error.pythonName}: ${error.message}\n`
        : notKnown;
      yield { kind: 'stderr', text };
      yield { kind: 'exit', code: 1 };
    }
  }
}

function* pythonStatement(line: string, variables: Map<string, Value>): Generator<Effect> {
  const call = /^(print|time\.sleep|sleep|sys\.exit|exit)\((.*)\)$/.exec(line);
  const assignment = /^([A-Za-z_]\w*)\s*=(?!=)\s*(.*)$/.exec(line);
  if (/^(import|from)\s/.test(line) || line === 'pass') return;
  if (call?.[1] === 'print') {
    yield { kind: 'stdout', text: `${evaluateList(call[2]!, variables).map(show).join(' ')}\n` };
  } else if (call) {
    const number = Number(evaluateList(call[2]!, variables)[0] ?? 0n);
    if (call[1]!.endsWith('sleep')) yield { kind: 'sleep', seconds: number };
    else yield { kind: 'exit', code: number & 255 };
  } else if (assignment) {
    const [value] = evaluateList(assignment[2]!, variables);
    variables.set(assignment[1]!, value ?? null);
  } else {
    evaluateList(line, variables);
  }
}

/** Steps of a bash program, of a subset that is decided here and never given to a shell. */
export function* bashSteps(code: string, env: Readonly<Record<string, string>>): Generator<Effect> {
  let status = 0;
  for (const line of statements(code)) {
    const [command, ...words] = shellWords(line, env);
    const toStderr = words.at(-1) === '>&2';
    if (command === 'echo') {
      const text = `${(toStderr ? words.slice(0, -1) : words).join(' ')}\n`;
      yield { kind: toStderr ? 'stderr' : 'stdout', text };
      status = 0;
    } else if (command === 'sleep') yield { kind: 'sleep', seconds: Number(words[0]) || 0 };
    else if (command === 'exit') yield { kind: 'exit', code: Number(words[0] ?? status) & 255 };
    else if (command === 'true' || command === 'false') status = command === 'true' ? 0 : 1;
    else {
      yield { kind: 'stderr', text: notKnown };
      yield { kind: 'exit', code: 1 };
    }
  }
  yield { kind: 'exit', code: status };
}

/** Lines and the parts between semicolons, without comments; quotes keep theirs. */
function statements(code: string): string[] {
  const found = code.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#[^\n]*|[^;\n"'#])+|[^;\n]/g) ?? [];
  return found.map((line) => line.replace(/(^|\s)#.*$/, '').trim()).filter((line) => line !== '');
}

function shellWords(line: string, env: Readonly<Record<string, string>>): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g)) {
    const parts = word.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^"']+/g) ?? [];
    words.push(
      parts
        .map((part) => (part.startsWith("'") ? part.slice(1, -1) : expand(part.replace(/^"|"$/g, ''), env)))
        .join(''),
    );
  }
  return words;
}

function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{?([A-Za-z_]\w*)\}?/g, (_, name: string) => env[name] ?? '');
}
