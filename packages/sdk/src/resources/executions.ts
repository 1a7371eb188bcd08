import { ExecutionError, InstaVMError } from '../core/errors.ts';
import type { Execution, StartedTask, Task } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import { sleep } from '../internal/sleep.ts';
import type { Transport } from '../internal/transport.ts';
import { type CallOptions, type OnceOptions, once } from './call-options.ts';

export interface ExecuteOptions extends OnceOptions {
  /** Where to run. Without it the client starts a session of its own and keeps it. */
  sessionId?: string | undefined;
  /** Python when absent. */
  language?: 'python' | 'bash' | undefined;
  /** The program is ended after so many seconds. */
  timeoutSeconds?: number | undefined;
}

export interface TaskOptions extends CallOptions {
  /** 1000 unless said. */
  pollIntervalMs?: number | undefined;
}

/** The program ends at its limit; its answer needs a moment more. */
const ANSWER_MARGIN_MS = 10_000;
const TASK_WAIT_MS = 60_000;
/** Node's fetch gives up on an answer that has not begun after 300 s, so longer runs are asked for instead. */
const LONGEST_HELD_SECONDS = 280;

/** Runs code in machines. A program that fails is a result with its `exit_code`, not an error. */
export class Executions {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  async run(code: string, sessionId: string, options: ExecuteOptions = {}): Promise<Execution> {
    const { timeoutSeconds, signal, idempotencyKey } = options;
    const ofProgram = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000 + ANSWER_MARGIN_MS;
    if (timeoutSeconds !== undefined && timeoutSeconds > LONGEST_HELD_SECONDS) {
      return this.#runLong(code, sessionId, { ...options, timeoutMs: options.timeoutMs ?? ofProgram });
    }
    const { timeoutMs } = options;
    return asExecution(
      this.#send('POST', '/execute', {
        json: bodyOf(code, sessionId, options),
        ...(timeoutMs === undefined && { attemptTimeoutMs: ofProgram }),
        ...once({ signal, timeoutMs, idempotencyKey }),
      }),
    );
  }

  async #runLong(code: string, sessionId: string, options: ExecuteOptions): Promise<Execution> {
    const { timeoutMs, signal } = options;
    const { task_id } = await this.start(code, sessionId, { ...options, timeoutMs: undefined });
    const task = await this.result(task_id, { timeoutMs, signal });
    return {
      execution_id: task_id,
      session_id: sessionId,
      stdout: task.stdout,
      stderr: task.stderr,
      output: task.stdout,
      exit_code: task.exit_code,
      execution_time: task.execution_time ?? 0,
      cpu_time: task.cpu_time ?? 0,
      created_at: task.created_at,
    };
  }

  /** Does not wait: the answer's `task_id` is for `result`. */
  start(code: string, sessionId: string, options: ExecuteOptions = {}): Promise<StartedTask> {
    const { signal, timeoutMs, idempotencyKey } = options;
    return asExecution(
      this.#send('POST', '/execute_async', {
        json: bodyOf(code, sessionId, options),
        ...once({ signal, timeoutMs, idempotencyKey }),
      }),
    );
  }

  /** Asks until the program has ended, at most `timeoutMs` (60 s unless said). */
  async result(taskId: string, options: TaskOptions = {}): Promise<Task> {
    const { signal, timeoutMs = TASK_WAIT_MS, pollIntervalMs = 1000 } = options;
    const deadline = AbortSignal.timeout(timeoutMs);
    const both = signal ? AbortSignal.any([signal, deadline]) : deadline;
    try {
      for (;;) {
        const task = await this.#send<Task>('GET', path`/v1/executions/${taskId}`, { signal: both });
        if (task.is_complete) return task;
        await sleep(pollIntervalMs, both);
      }
    } catch (error) {
      if (!deadline.aborted || signal?.aborted || error instanceof InstaVMError) throw error;
      throw new ExecutionError({
        code: 'task_running',
        detail: `The program has not ended within ${timeoutMs / 1000} s`,
        hint: 'It goes on: ask again, or allow more time',
      });
    }
  }
}

function bodyOf(code: string, sessionId: string, { language, timeoutSeconds }: ExecuteOptions) {
  return { command: code, session_id: sessionId, language, timeout: timeoutSeconds };
}

// Classes that say more (authentication, session, limits, network) stay what they are.
async function asExecution<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof InstaVMError) || error.name !== 'InstaVMError') throw error;
    throw new ExecutionError({ ...error, cause: error });
  }
}
