import type { OpenChannel } from './channel.ts';

export interface RunRequest {
  language: 'python' | 'bash';
  code: string;
  /** The program is ended when this has passed, time spent waiting for another Python call included. */
  timeoutSeconds: number;
}

export interface RunResult {
  /** 124 when ended at its time-out, 128 + n when killed by signal n. */
  exitCode: number;
  stdout: Buffer;
  stderr: Buffer;
  wallSeconds: number;
  cpuSeconds: number;
}

/** Runs a program in the machine and answers when it has ended. A failing program is a result, not an error. */
export type Run = (open: OpenChannel, request: RunRequest) => Promise<RunResult>;
