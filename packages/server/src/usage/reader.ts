import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { UsageBuffer } from './buffer.ts';
import type { MinuteRow } from './minute.ts';
import { readRolled } from './roll-up.ts';
import type { Subject, SubjectKind } from './subject.ts';
import { COUNTS, type Counts, Tally } from './tally.ts';
import { type Piece, piecesOf, rowsOf, stepIndex, type Window } from './window.ts';

export const DIMENSIONS = ['key', 'environment', 'vm', 'route', 'client'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Whose usage; null is any. */
export interface UsageScope {
  accountId: number;
  /** Empty for what has none. */
  environment: string | null;
  keyId: number | null;
  vmId: string | null;
}

/** One key, environment, machine, route or client, and its counts by step of the window. */
export interface Part {
  subject: string;
  steps: Map<number, Tally>;
}

export interface UsageReaderDeps {
  db: Kysely<Database>;
  buffer: UsageBuffer;
  slices: { next(): Promise<unknown> };
  now(): number;
}

/** Rows that are read at once, or summed by the database; some milliseconds. */
const ROWS_TOGETHER = 2500;
const SUMMED_TOGETHER = 10_000;

const COLUMN = {
  key: 'key_id',
  environment: 'environment',
  vm: 'vm_id',
  route: 'route',
  client: 'client',
} as const satisfies Record<Dimension, keyof Database['usage_subject']>;

/**
 * Counts of requests, those included that only memory knows of. Reads a slice at a time, because an account can have
 * used its machines by hundreds of thousands of subjects.
 */
export class UsageReader {
  readonly #deps: UsageReaderDeps;
  constructor(deps: UsageReaderDeps) {
    this.#deps = deps;
  }

  /** What all of it was, by step. */
  async series(scope: UsageScope, window: Window): Promise<Map<number, Tally>> {
    for await (const { steps } of this.parts(scope, window, null)) return steps;
    return new Map();
  }

  /** The same in one sum. */
  async sum(scope: UsageScope, window: Window): Promise<Tally> {
    for await (const { steps } of this.parts(scope, window, null, { isWhole: true })) {
      return steps.get(0) ?? new Tally();
    }
    return new Tally();
  }

  /** Each part in turn, in no order that means anything; with `isWhole` all in one step, 0. */
  async *parts(
    scope: UsageScope,
    window: Window,
    by: Dimension | null,
    { isWhole = false } = {},
  ): AsyncGenerator<Part> {
    const { db, buffer, slices, now } = this.#deps;
    const kind = kindOf(scope, by);
    // In this order nothing is counted twice: what leaves memory from here on is read from its minutes.
    const pieces = piecesOf(window, await readRolled(db), { isWhole });
    const unfinished = buffer.unfinished(scope.accountId);
    const fromMemory = memoryParts(unfinished.rows, scope, kind, by, (at) => placeOf(window, at, isWhole));
    const most = isWhole ? SUMMED_TOGETHER : ROWS_TOGETHER;
    const together = Math.max(1, Math.floor(most / Math.max(1, rowsOf(pieces, now()))));
    const subjects = await this.#subjects(scope, kind, by);
    let open: Part | null = null;
    for (let from = 0; from < subjects.length; from += together) {
      const some = new Map(subjects.slice(from, from + together).map((row) => [row.id, row.part]));
      const parts: Map<string, Part> = new Map(open ? [[open.subject, open]] : []);
      for (const part of some.values()) if (!parts.has(part)) parts.set(part, take(fromMemory, part));
      for (const piece of pieces) {
        for (const row of await readPiece(db, [...some.keys()], piece, unfinished.batches, isWhole)) {
          const part = parts.get(some.get(row.subject_id)!)!;
          tallyAt(part.steps, isWhole ? 0 : stepIndex(window, Number(row.at))!).addRow(row);
        }
      }
      // Subjects come by part, so all but the last one are complete.
      const last: Part = [...parts.values()].at(-1)!;
      parts.delete(last.subject);
      yield* parts.values();
      open = last;
      await slices.next();
    }
    if (open) yield open;
    yield* fromMemory.values();
  }

  async #subjects(
    scope: UsageScope,
    kind: SubjectKind,
    by: Dimension | null,
  ): Promise<{ id: number; part: string }[]> {
    let asked = this.#deps.db
      .selectFrom('usage_subject')
      .select(['id', by === null ? 'account_id as part' : `${COLUMN[by]} as part`])
      .where('account_id', '=', scope.accountId)
      .where('kind', '=', kind)
      .orderBy('part')
      .orderBy('id');
    if (scope.keyId !== null) asked = asked.where('key_id', '=', scope.keyId);
    if (scope.environment !== null) asked = asked.where('environment', '=', scope.environment);
    if (scope.vmId !== null) asked = asked.where('vm_id', '=', scope.vmId);
    const rows = await asked.execute();
    return rows.map(({ id, part }) => ({ id, part: by === null ? '' : String(part) }));
  }
}

type FoundRow = Counts & { subject_id: number; at: number; latency: string };

/** Rows of these subjects; one for each of them, their sum, where steps do not matter. */
async function readPiece(
  db: Kysely<Database>,
  ids: readonly number[],
  { step, from, to }: Piece,
  unfinished: ReadonlySet<number>,
  isWhole: boolean,
): Promise<FoundRow[]> {
  const of = COUNTS.map((name) => (isWhole ? sql`sum(${sql.ref(name)}) as ${sql.ref(name)}` : sql.ref(name)));
  const latency = isWhole ? sql`string_agg(latency, ' ') as latency` : sql`latency`;
  const isOurs = step === 'minute' && unfinished.size > 0;
  const { rows } = await sql<FoundRow>`
    select subject_id, ${isWhole ? sql`min(at) as at` : sql`at`}, ${sql.join(of)}, ${latency}
    from ${sql.table(`usage_${step}`)}
    where subject_id in (${sql.join(ids)}) and at >= ${from} and at < ${to}
      ${isOurs ? sql`and batch not in (${sql.join([...unfinished])})` : sql``}
      ${isWhole ? sql`group by subject_id` : sql``}`.execute(db);
  return rows;
}

/** The coarsest kind of subject that tells apart what is asked for. */
function kindOf({ keyId, vmId }: UsageScope, by: Dimension | null): SubjectKind {
  if (vmId !== null || by === 'vm') return 'machine';
  const whose = keyId !== null || by === 'key' ? 'key' : 'environment';
  return by === 'route' || by === 'client' ? `${whose}_${by}` : whose;
}

function memoryParts(
  rows: readonly (MinuteRow & { at: number })[],
  scope: UsageScope,
  kind: SubjectKind,
  by: Dimension | null,
  placeAt: (at: number) => number | null,
): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const { subject, tally, at } of rows) {
    const place = placeAt(at);
    if (place === null || subject.kind !== kind || !isIn(scope, subject)) continue;
    const name = by === null ? '' : String(partOf(subject, by));
    let part = parts.get(name);
    if (!part) {
      part = { subject: name, steps: new Map() };
      parts.set(name, part);
    }
    tallyAt(part.steps, place).merge(tally);
  }
  return parts;
}

function partOf({ keyId, environment, vmId, route, client }: Subject, by: Dimension): string | number {
  return { key: keyId, environment, vm: vmId, route, client }[by];
}

function isIn({ environment, keyId, vmId }: UsageScope, subject: Subject): boolean {
  return (
    (environment === null || environment === subject.environment) &&
    (keyId === null || keyId === subject.keyId) &&
    (vmId === null || vmId === subject.vmId)
  );
}

function placeOf(window: Window, at: number, isWhole: boolean): number | null {
  const index = stepIndex(window, at);
  return index !== null && isWhole ? 0 : index;
}

function tallyAt(steps: Map<number, Tally>, place: number): Tally {
  let tally = steps.get(place);
  if (!tally) {
    tally = new Tally();
    steps.set(place, tally);
  }
  return tally;
}

function take(parts: Map<string, Part>, subject: string): Part {
  const part = parts.get(subject) ?? { subject, steps: new Map() };
  parts.delete(subject);
  return part;
}
