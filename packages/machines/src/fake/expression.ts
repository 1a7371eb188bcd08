/** A value of the fake's Python: whole numbers, fractions, texts, truth and nothing. */
export type Value = bigint | number | string | boolean | null;

export class FakeProgramError extends Error {
  override name = 'FakeProgramError';
  /** Python's name of the error, or null when the fake does not know what was meant. */
  readonly pythonName: string | null;
  constructor(pythonName: string | null, message: string) {
    super(message);
    this.pythonName = pythonName;
  }
}

type Token = { kind: 'number' | 'text' | 'name' | 'sign' | 'end'; text: string };

const tokenPattern =
  /\s*(?:(\d+\.\d*|\.\d+|\d+)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_][\w.]*)|(\*\*|\/\/|[-+*/%(),]))/y;

/** Values of a list of expressions separated by commas, such as the arguments of `print`. */
export function evaluateList(source: string, variables: ReadonlyMap<string, Value>): Value[] {
  const parser = new Parser(tokenize(source), variables);
  return parser.list();
}

/** As `print` shows it. */
export function show(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' && Number.isInteger(value)) return value.toFixed(1);
  return String(value);
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < source.trimEnd().length) {
    const match = tokenPattern.exec(source);
    if (!match) throw new FakeProgramError(null, source);
    const [, number, text, name, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (text !== undefined) tokens.push({ kind: 'text', text });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'sign', text: sign! });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

class Parser {
  readonly #tokens: Token[];
  readonly #variables: ReadonlyMap<string, Value>;
  #at = 0;

  constructor(tokens: Token[], variables: ReadonlyMap<string, Value>) {
    this.#tokens = tokens;
    this.#variables = variables;
  }

  list(): Value[] {
    const values: Value[] = [];
    while (this.#peek().kind !== 'end') {
      values.push(this.#sum());
      if (!this.#take(',')) break;
    }
    if (this.#peek().kind !== 'end') throw new FakeProgramError(null, this.#peek().text);
    return values;
  }

  #sum(): Value {
    let value = this.#product();
    for (let sign = this.#sign('+', '-'); sign; sign = this.#sign('+', '-')) {
      value = combine(sign, value, this.#product());
    }
    return value;
  }

  #product(): Value {
    let value = this.#unary();
    for (let sign = this.#sign('*', '/', '//', '%'); sign; sign = this.#sign('*', '/', '//', '%')) {
      value = combine(sign, value, this.#unary());
    }
    return value;
  }

  #unary(): Value {
    if (this.#take('-')) return combine('-', 0n, this.#unary());
    const base = this.#atom();
    return this.#take('**') ? combine('**', base, this.#unary()) : base;
  }

  #atom(): Value {
    const token = this.#tokens[this.#at++]!;
    if (token.kind === 'number') return token.text.includes('.') ? Number(token.text) : BigInt(token.text);
    if (token.kind === 'text') return unquote(token.text.slice(1, -1));
    if (token.kind === 'name') return this.#variable(token.text);
    if (token.text !== '(') throw new FakeProgramError(null, token.text);
    const value = this.#sum();
    if (!this.#take(')')) throw new FakeProgramError(null, '(');
    return value;
  }

  #variable(name: string): Value {
    if (name === 'True' || name === 'False') return name === 'True';
    if (name === 'None') return null;
    const value = this.#variables.get(name);
    if (value !== undefined) return value;
    if (name.includes('.') || this.#peek().text === '(') throw new FakeProgramError(null, name);
    throw new FakeProgramError('NameError', `name '${name}' is not defined`);
  }

  #sign(...signs: string[]): string | null {
    const { kind, text } = this.#peek();
    if (kind !== 'sign' || !signs.includes(text)) return null;
    this.#at++;
    return text;
  }

  #take(sign: string): boolean {
    return this.#sign(sign) !== null;
  }

  #peek(): Token {
    return this.#tokens[this.#at]!;
  }
}

function combine(sign: string, left: Value, right: Value): Value {
  if (typeof left === 'string' && typeof right === 'string' && sign === '+') return left + right;
  if (typeof left === 'string' && typeof right === 'bigint' && sign === '*') return repeat(left, right);
  if (!isNumber(left) || !isNumber(right)) {
    throw new FakeProgramError('TypeError', `unsupported operand type(s) for ${sign}`);
  }
  if (['/', '//', '%'].includes(sign) && Number(right) === 0) {
    throw new FakeProgramError('ZeroDivisionError', 'division by zero');
  }
  if (typeof left === 'bigint' && typeof right === 'bigint' && sign !== '/') return whole(sign, left, right);
  return fraction(sign, Number(left), Number(right));
}

function whole(sign: string, left: bigint, right: bigint): Value {
  if (sign === '+') return left + right;
  if (sign === '-') return left - right;
  if (sign === '*') return left * right;
  if (sign === '**') {
    if (right < 0n || right > 1000n) return Number(left) ** Number(right);
    return left ** right;
  }
  const rest = left % right;
  // Python rounds down, JavaScript towards zero.
  const below = rest !== 0n && rest < 0n !== right < 0n;
  if (sign === '%') return below ? rest + right : rest;
  return left / right - (below ? 1n : 0n);
}

function fraction(sign: string, left: number, right: number): number {
  if (sign === '+') return left + right;
  if (sign === '-') return left - right;
  if (sign === '*') return left * right;
  if (sign === '/') return left / right;
  if (sign === '**') return left ** right;
  const quotient = Math.floor(left / right);
  return sign === '//' ? quotient : left - quotient * right;
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function repeat(text: string, times: bigint): string {
  if (BigInt(text.length) * times > 1_000_000n)
    throw new FakeProgramError('MemoryError', 'the text is too long');
  return text.repeat(Number(times < 0n ? 0n : times));
}

function unquote(text: string): string {
  const known: Record<string, string> = { n: '\n', t: '\t' };
  return text.replace(/\\(.)/gs, (_, character: string) => known[character] ?? character);
}
