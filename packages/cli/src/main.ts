#!/usr/bin/env node
import { homedir } from 'node:os';
import type { Io, Output } from './io.ts';
import { run } from './run.ts';

// The only file that touches the process: environment, streams, signals, exit.
const abort = new AbortController();
let endedBy = 0;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    // The second time the user means it: whatever is being tidied up is left.
    if (endedBy) process.exit(code);
    endedBy = code;
    abort.abort();
  });
}

const io: Io = {
  env: process.env,
  home: process.env.HOME || homedir(),
  uid: process.getuid?.() ?? null,
  // Opened only by a command that reads it.
  get stdin() {
    return process.stdin;
  },
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  promptOutput: process.stderr,
  signal: abort.signal,
  now: () => Date.now(),
};

const code = await run(process.argv.slice(2), io);
process.exitCode = endedBy || code;

/** A reader that goes away (`instavm ls | head -1`) ends the output, not the command. */
function output(stream: NodeJS.WriteStream): Output {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    gone = true;
  });
  return {
    write: (text) => {
      if (!gone) stream.write(text);
    },
    isTTY: stream.isTTY === true,
  };
}
