import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findSecrets, mintSecret, SECRET_KINDS, type SecretKind } from '@instavm/keyformat';
import { createEngine } from '@secretlint/node';
import { RE2JS } from 're2js';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';

interface Vectors {
  secrets: { kind: SecretKind; text: string }[];
  surroundings: string[];
  negatives: { why: string; text: string }[];
  only_the_checksum_knows: string[];
}

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const vectors: Vectors = JSON.parse(read('vectors.json'));
const KINDS = Object.keys(SECRET_KINDS) as SecretKind[];

/** The published examples and fresh ones of every kind, each in every surroundings. */
const positives = [
  ...vectors.secrets,
  ...Array.from({ length: 30 }, (_, at) => {
    const kind = KINDS[at % KINDS.length]!;
    return { kind, text: mintSecret(kind, randomBytes) };
  }),
].flatMap(({ kind, text }) =>
  vectors.surroundings.map((around) => ({ kind, secret: text, line: around.replaceAll('{}', text) })),
);

/** One rule of a scanner: what it takes for a secret in a line. */
interface Rule {
  kind: SecretKind;
  find(line: string): string[];
}

function proves(rules: Rule[]) {
  assert.deepEqual(rules.map(({ kind }) => kind).sort(), [...KINDS].sort(), 'one rule for each kind');
  for (const { kind, find } of rules) {
    for (const { kind: own, secret, line } of positives) {
      const found = [...new Set(find(line))];
      assert.deepEqual(found, own === kind ? [secret] : [], `${kind}: ${line}`);
    }
    for (const { why, text } of vectors.negatives) assert.deepEqual(find(text), [], `${kind}: ${why}`);
  }
}

test('the vectors are what they say: checksums right, and wrong where only the checksum knows', () => {
  for (const { kind, secret, line } of positives) {
    for (const found of findSecrets(line)) assert.deepEqual([found.kind, found.secret], [kind, secret]);
    assert.ok(findSecrets(line).length > 0, line);
  }
  // A key with letters behind it is one all the same for a scanner that knows the checksum.
  const cut = vectors.negatives.filter(({ why }) => why !== 'one too many');
  for (const text of [...cut.map(({ text }) => text), ...vectors.only_the_checksum_knows])
    assert.deepEqual(findSecrets(text), [], text);
});

test('gitleaks: each rule finds its kind and nothing else, by the engine whose syntax it is', () => {
  const { rules } = parseToml(read('gitleaks.toml')) as unknown as {
    rules: { id: string; regex: string; keywords: string[]; entropy: number }[];
  };
  proves(
    rules.map(({ id, regex, keywords, entropy }) => ({
      kind: kindNamed(id),
      find: (line) =>
        keywords.some((word) => line.toLowerCase().includes(word))
          ? matchesOf(regex, line, 0).filter((text) => entropyOf(text) > entropy)
          : [],
    })),
  );
});

test('trufflehog: each detector finds its kind and nothing else, by the engine whose syntax it is', () => {
  const { detectors } = parseYaml(read('trufflehog.yaml')) as {
    detectors: { name: string; keywords: string[]; regex: Record<string, string>; entropy: number }[];
  };
  proves(
    detectors.map(({ name, keywords, regex, entropy }) => ({
      kind: kindNamed(name),
      find: (line) =>
        keywords.some((word) => line.includes(word))
          ? Object.values(regex)
              .flatMap((pattern) => matchesOf(pattern, line, 1))
              .filter((text) => entropyOf(text) > entropy)
          : [],
    })),
  );
});

test('GitHub: each custom pattern finds its kind and nothing else, its own test string too', () => {
  const patterns = parseYaml(read('github.yaml')) as {
    name: string;
    secret_format: string;
    before_secret: string;
    after_secret: string;
    secret_must_not_match: string[];
    test_string: string;
  }[];
  const rules = patterns.map((pattern) => {
    const { secret_format, before_secret, after_secret, secret_must_not_match } = pattern;
    const whole = `(?:${before_secret})(${secret_format})(?:${after_secret})`;
    const find = (line: string) =>
      matchesOf(whole, line, 1).filter((text) =>
        secret_must_not_match.every((refused) => matchesOf(refused, text, 0).length === 0),
      );
    assert.equal(find(pattern.test_string).length, 1);
    return { kind: kindNamed(pattern.name), find };
  });
  proves(rules);
});

test('secretlint itself, with this configuration, finds every kind and nothing else', async () => {
  const engine = await createEngine({
    configFilePath: fileURLToPath(new URL('secretlint.json', import.meta.url)),
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    formatter: 'json',
    color: false,
    maskSecrets: false,
  });
  const lint = async (content: string): Promise<[SecretKind, string][]> => {
    const { output } = await engine.executeOnContent({ content, filePath: 'config/.env' });
    const results: { messages: { data: { PATTERN_NAME: string; CREDENTIAL: string } }[] }[] =
      JSON.parse(output);
    return results.flatMap(({ messages }) =>
      messages.map(({ data }) => [kindNamed(data.PATTERN_NAME), data.CREDENTIAL]),
    );
  };
  for (const { kind, secret, line } of positives) {
    const found = await lint(line);
    assert.ok(found.length > 0, line);
    for (const one of found) assert.deepEqual(one, [kind, secret]);
  }
  for (const { why, text } of vectors.negatives) assert.deepEqual(await lint(text), [], why);
});

function kindNamed(name: string): SecretKind {
  const kind = KINDS.find((known) => name.toLowerCase().replaceAll(/[ -]/g, '_').includes(known));
  assert.ok(kind, name);
  return kind;
}

/** All matches of a pattern in RE2's syntax, which is Go's; Hyperscan's is the same for these. */
function matchesOf(pattern: string, text: string, group: number): string[] {
  const matcher = RE2JS.compile(pattern).matcher(text);
  const found: string[] = [];
  while (matcher.find()) found.push(matcher.group(group)!);
  return found;
}

/** Shannon's, in bits a character, as both scanners compute it. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum - share * Math.log2(share);
  }, 0);
}
