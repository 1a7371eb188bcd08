import { GuestError, type RunResult, run } from '@instavm/machines';
import type { Kysely, Transaction } from 'kysely';
import type { Logger } from 'pino';
import type { Actor } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import type { Quotas, ReservedExecution } from '../quotas/quotas.ts';
import type { Spender } from '../quotas/store.ts';
import type { OpenChannelOf } from '../sessions/open-channel.ts';
import type { MachineUses } from '../vms/machine-uses.ts';
import type { Machine } from '../vms/store.ts';
import {
  type Ended,
  type ExecutionEnd,
  type ExecutionRow,
  finishExecution,
  insertExecution,
  recordEnd,
  storeResult,
} from './store.ts';

/** By so much a guest's clock and its timer can differ. */
const CLOCK_ERROR_SECONDS = 0.05;

/**
 * The client stops listening at its time-out; the program is ended this much before, so that the answer arrives also
 * from a busy server. A short time-out gives less away.
 */
const ANSWER_MARGIN_SECONDS = 0.5;
const ANSWER_MARGIN_SHARE = 0.15;

export interface ExecutionRequest {
  command: string;
  language: 'python' | 'bash';
  timeoutSeconds: number;
}

/** Who runs a program, and on whose quota. */
export interface Runner {
  actor: Actor;
  spender: Spender;
}

/** Gives back on nobody's behalf: the key that asked may have died meanwhile. */
const SYSTEM: Actor = { type: 'system', id: 'executions', address: null, requestId: null };

export interface ExecutionsDeps {
  db: Kysely<Database>;
  quotas: Pick<Quotas, 'reserveExecution' | 'refundExecution'>;
  openChannelOf: OpenChannelOf;
  uses: MachineUses;
  log: Logger;
  now(): number;
  randomUuid(): string;
}

/** Runs programs in machines: counts each before it runs, and records its end. */
export class Executions {
  readonly #deps: ExecutionsDeps;
  constructor(deps: ExecutionsDeps) {
    this.#deps = deps;
  }

  /**
   * Answers when the program has ended. A failing program is a result; only an unreachable machine is an error. Throws
   * ApiError quota_exceeded.
   */
  async runNow(runner: Runner, machine: Machine, request: ExecutionRequest): Promise<ExecutionRow> {
    const { db } = this.#deps;
    const row = this.#newRow(machine, request);
    const askedAtMs = this.#deps.now();
    const reserved = await this.#reserve(runner);
    // What has passed by now is gone from the time that the client waits.
    const waitedSeconds = Math.max(0, this.#deps.now() - askedAtMs) / 1000;
    const record = (end: ExecutionEnd) =>
      this.#logged(row.id, recordEnd(db, runner.actor, { row, machine, ...end }));
    try {
      const { columns, isTimedOut } = await this.#run(machine, request, waitedSeconds);
      await record({ columns, isTimedOut, lost: null });
      return { ...row, ...columns };
    } catch (error) {
      if (error instanceof NeverStartedError) await this.#logged(row.id, this.#refund(reserved));
      else await record(this.#lost(error));
      throw causeOf(error);
    }
  }

  /** Keeps the result in the database for whoever asks later; its machine is in use until then. */
  async runLater(
    runner: Runner,
    machine: Machine,
    request: ExecutionRequest,
  ): Promise<{ row: ExecutionRow; done: Promise<void> }> {
    const { uses } = this.#deps;
    const row = this.#newRow(machine, request);
    const reserved = await this.#reserve(runner, (trx) => insertExecution(trx, row));
    const over = uses.begin(machine.vm.id);
    const done = this.#run(machine, request, 0)
      .then(
        (ran): ExecutionEnd => ({ ...ran, lost: null }),
        async (error: unknown) => {
          if (error instanceof NeverStartedError) await this.#logged(row.id, this.#refund(reserved));
          return this.#lost(causeOf(error));
        },
      )
      .then((end) => this.#keep({ row, machine, ...end }, runner.actor))
      .finally(over);
    return { row, done };
  }

  /** Throws NeverStartedError when the machine took no program. */
  async #run({ vm }: Machine, request: ExecutionRequest, waitedSeconds: number) {
    const timeoutSeconds = programSeconds(request.timeoutSeconds - waitedSeconds);
    const openChannel = this.#deps.openChannelOf(vm, 'execute');
    const open: typeof openChannel = (service) =>
      openChannel(service).catch((error: unknown) => {
        throw new NeverStartedError(error);
      });
    const { language, command: code } = request;
    const result = await run(open, { language, code, timeoutSeconds }).catch((error: unknown) => {
      throw isRefusal(error) ? new NeverStartedError(error) : error;
    });
    return {
      columns: { ...asColumns(result), ended_at: this.#nowText() },
      isTimedOut: result.exitCode === 124 && result.wallSeconds + CLOCK_ERROR_SECONDS >= timeoutSeconds,
    };
  }

  #reserve(
    { actor, spender }: Runner,
    alongside: (trx: Transaction<Database>) => Promise<void> = async () => {},
  ): Promise<ReservedExecution> {
    const { db, quotas, now } = this.#deps;
    const nowMs = now();
    return mutate(db, actor, new Date(nowMs).toISOString(), async (trx) => {
      const reserved = await quotas.reserveExecution(trx, spender, nowMs);
      await alongside(trx);
      return reserved;
    });
  }

  #refund(reserved: ReservedExecution): Promise<void> {
    const { db, quotas } = this.#deps;
    return mutate(db, SYSTEM, this.#nowText(), (trx) => quotas.refundExecution(trx, reserved));
  }

  /** The machine went away, or took nothing: what is kept of a program that somebody asks for later. */
  #lost(error: unknown): ExecutionEnd {
    const lost = error instanceof Error ? error.message : String(error);
    const nothing = { stdout: '', stderr: `${lost}\n`, exit_code: 1, wall_seconds: null, cpu_seconds: null };
    return { columns: { ...nothing, ended_at: this.#nowText() }, isTimedOut: false, lost };
  }

  /** The result is kept even if its event cannot be: whoever asks for it would wait for ever. */
  async #keep(ended: Ended, actor: Actor): Promise<void> {
    const { db, log } = this.#deps;
    try {
      await finishExecution(db, actor, ended);
    } catch (error) {
      log.error({ err: error, execution_id: ended.row.id }, 'the end of an execution was not recorded');
      await storeResult(db, ended);
    }
  }

  /** The caller gets what became of the program, recorded or not. */
  async #logged(id: string, recorded: Promise<unknown>): Promise<void> {
    await recorded.catch((error: unknown) =>
      this.#deps.log.error({ err: error, execution_id: id }, 'the end of an execution was not recorded'),
    );
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

/** The machine took no program; `cause` is why. */
class NeverStartedError extends Error {
  constructor(cause: unknown) {
    super('The program was never started', { cause });
  }
}

const causeOf = (error: unknown) => (error instanceof NeverStartedError ? error.cause : error);

/** The guest said so before it began. */
function isRefusal(error: unknown): boolean {
  return error instanceof GuestError && ['invalid_request', 'too_many_channels'].includes(error.code);
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

/** How long a program may run of the time in which its answer is to arrive. */
function programSeconds(answerSeconds: number): number {
  const margin = Math.min(ANSWER_MARGIN_SECONDS, answerSeconds * ANSWER_MARGIN_SHARE);
  return Math.max(0.05, answerSeconds - margin);
}
