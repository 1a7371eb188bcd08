import { type RunResult, run, type ServiceName, type VmHost } from '@instavm/machines';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Machine } from '../vms/store.ts';
import { type ExecutionRow, finishExecution, insertExecution } from './store.ts';

/** The client stops listening at its time-out; the program is ended this much before, so that the answer arrives. */
const ANSWER_MARGIN_SECONDS = 0.3;

export interface ExecutionRequest {
  command: string;
  language: 'python' | 'bash';
  timeoutSeconds: number;
}

export interface ExecutionsDeps {
  db: Kysely<Database>;
  host: VmHost;
  now(): number;
  randomUuid(): string;
}

/** Runs programs in machines. */
export class Executions {
  readonly #deps: ExecutionsDeps;
  constructor(deps: ExecutionsDeps) {
    this.#deps = deps;
  }

  /** Answers when the program has ended. A failing program is a result; only an unreachable machine is an error. */
  async runNow(machine: Machine, request: ExecutionRequest): Promise<ExecutionRow> {
    const row = this.#newRow(machine, request);
    return { ...row, ...(await this.#run(machine, request)) };
  }

  /** Keeps the result in the database for whoever asks later. */
  async runLater(
    machine: Machine,
    request: ExecutionRequest,
  ): Promise<{ row: ExecutionRow; done: Promise<void> }> {
    const { db } = this.#deps;
    const row = this.#newRow(machine, request);
    await insertExecution(db, row);
    const done = this.#run(machine, request)
      .catch((error: unknown) => ({
        stdout: '',
        stderr: `${error instanceof Error ? error.message : String(error)}\n`,
        exit_code: 1,
        wall_seconds: null,
        cpu_seconds: null,
        ended_at: this.#nowText(),
      }))
      .then((end) => finishExecution(db, row.id, end));
    return { row, done };
  }

  async #run({ vm }: Machine, request: ExecutionRequest) {
    const open = (service: ServiceName) =>
      this.#deps.host.openLink({ vmId: vm.id, generation: vm.generation, service, ticket: 'execute' });
    const timeoutSeconds = Math.max(0.05, request.timeoutSeconds - ANSWER_MARGIN_SECONDS);
    const result = await run(open, { language: request.language, code: request.command, timeoutSeconds });
    return { ...asColumns(result), ended_at: this.#nowText() };
  }

  #newRow({ session }: Machine, request: ExecutionRequest): ExecutionRow {
    return {
      id: this.#deps.randomUuid(),
      account_id: session.account_id,
      session_id: session.id,
      language: request.language,
      stdout: '',
      stderr: '',
      exit_code: null,
      wall_seconds: null,
      cpu_seconds: null,
      created_at: this.#nowText(),
      ended_at: null,
    };
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}

function asColumns(result: RunResult) {
  return {
    stdout: result.stdout.toString('utf8'),
    stderr: result.stderr.toString('utf8'),
    exit_code: result.exitCode,
    wall_seconds: result.wallSeconds,
    cpu_seconds: result.cpuSeconds,
  };
}
