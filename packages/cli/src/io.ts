import type { Readable } from 'node:stream';

export interface Output {
  /** False once the reader has gone: what is written then is dropped. */
  write(text: string): void;
  isTTY: boolean;
}

/** Everything that commands touch of the process. main.ts fills it; nothing else reads `process`. */
export interface Io {
  env: Readonly<Record<string, string | undefined>>;
  /** Holds `.instavm`. */
  home: string;
  /** null where the system knows no user ids. */
  uid: number | null;
  stdin: Readable & { isTTY?: boolean };
  stdout: Output;
  stderr: Output;
  /** The terminal's own stream behind `stderr`, for prompts. */
  promptOutput: NodeJS.WriteStream;
  /** Aborted at Ctrl-C. */
  signal: AbortSignal;
  now(): number;
}

/** All of stdin as text. */
export async function readStdin(io: Io): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

/** Colours, cursor movements and prompts are for a terminal that knows them and a person who wants them. */
export function isRich(io: Io, output: Output): boolean {
  return output.isTTY && !io.env.NO_COLOR && io.env.TERM !== 'dumb';
}
