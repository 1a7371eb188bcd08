import { type Finding, type HistoryPlace, problemOf, type Results } from './finding.ts';
import { searchObjects } from './git-objects.ts';
import { type GitPlace, placesOf } from './git-places.ts';
import { type Git, gitIn, outputOf } from './git-process.ts';
import { type Match, SecretWindow } from './secret-window.ts';

/** Names are in trees, and a key is in none. */
const SEARCHED_TYPES = ['blob', 'commit', 'tag'];

interface Held {
  object: string;
  type: string;
  match: Match;
}

/**
 * Searches every object of the repositories that the folders are in, also those that no branch reaches any more:
 * who fetched them has them.
 */
export class HistoryScanner {
  readonly #results: Results;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #signal: AbortSignal;
  readonly #done = new Set<string>();

  constructor(results: Results, env: Readonly<Record<string, string | undefined>>, signal: AbortSignal) {
    this.#results = results;
    this.#env = env;
    this.#signal = signal;
  }

  async scan(folder: string): Promise<void> {
    try {
      const git = gitIn(folder, this.#env, this.#signal);
      const store = await outputOf(git('rev-parse', '--path-format=absolute', '--git-common-dir'));
      if (this.#done.has(store)) return;
      this.#done.add(store);
      const held = await this.#search(git);
      const blobs = new Set(held.filter(({ type }) => type === 'blob').map(({ object }) => object));
      const places = blobs.size > 0 ? await placesOf(git, blobs) : new Map<string, GitPlace[]>();
      this.#results.findings.push(...findingsOf(held, places, folder));
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#results.failures.push({ path: folder, problem: `history not searched: ${problemOf(error)}` });
    }
  }

  async #search(git: Git): Promise<Held[]> {
    const held: Held[] = [];
    const objects = git('cat-file', '--batch-all-objects', '--batch', '--buffer', '--unordered');
    objects.stdin.end();
    const search = { types: SEARCHED_TYPES, window: new SecretWindow({ countsLines: true }) };
    await searchObjects(objects.stdout, search, ({ id, type, size }, matches) => {
      this.#results.objects++;
      this.#results.bytes += size;
      const secrets = new Map(matches.reverse().map((match) => [match.secret, match]));
      for (const match of secrets.values()) held.push({ object: id, type, match });
    });
    await objects.ended;
    return held;
  }
}

/** One finding for each secret and path, at the first commit that has it, with how many contents hold it. */
function findingsOf(held: Held[], places: Map<string, GitPlace[]>, repository: string): Finding[] {
  const firsts = new Map<string, { order: number; finding: Finding; history: HistoryPlace }>();
  for (const { object, type, match } of held) {
    const unnamed = { path: null, commit: type === 'commit' ? object : null, order: 0 };
    for (const { path, commit, order } of places.get(object) ?? [unnamed]) {
      const name = `${match.secret}${path === null ? object : `:${path}`}`;
      const history = { repository, object, commit, isMessage: type !== 'blob', versions: 1 };
      const before = firsts.get(name);
      if (before) history.versions += before.history.versions;
      if (before && before.order <= order) before.history.versions = history.versions;
      else firsts.set(name, { order, finding: { ...match, path, history }, history });
    }
  }
  return [...firsts.values()].sort((one, other) => one.order - other.order).map(({ finding }) => finding);
}
