import type { EngineProgress, HostHello } from '@instavm/machines';

/** Where the CLI looks when nobody has told it otherwise. */
const DEFAULT_URL = 'http://127.0.0.1:8080';

export interface Terminal {
  write(text: string): unknown;
  isTTY?: boolean;
}

/** What a person sees at start: where it is, the way in, and how far the engine is. */
export function printWelcome(out: Terminal, url: string, firstRunToken: string | null): void {
  const link =
    firstRunToken === null
      ? ''
      : `\n  Make your account with this link; it works once:\n\n${url}/first-run#token=${firstRunToken}\n`;
  // In one piece: whoever reads the address from a pipe has the link as well.
  out.write(`\n  InstaVM is running at ${url}\n${link}\n`);
}

export function printNext(out: Terminal, hello: HostHello, url: string): void {
  const { engine, isolation } = hello;
  if (engine.state !== 'ready') {
    out.write(
      `  Machines are unavailable: ${engine.detail ?? 'no reason given'}\n  Keys and people work meanwhile.\n\n`,
    );
    return;
  }
  const how = {
    kvm: 'with KVM',
    emulated: 'emulated, as KVM does not work here',
    none: 'simulated by the fake driver',
  };
  out.write(`  Machines are ready (${how[isolation]}). Try next:\n\n`);
  const elsewhere = url === DEFAULT_URL ? '' : ` --base-url ${url}`;
  out.write(`    npm run -s instavm -- auth set-key${elsewhere}\n`);
  out.write(`    npm run -s instavm -- exec --cmd 'print(1)'\n`);
  out.write(`    curl ${url}/v1/vms -H "X-API-Key: $INSTAVM_API_KEY"\n\n`);
}

/** A line a step; on a terminal the line of the running step is kept up to date. */
export function progressPrinter(out: Terminal): (progress: EngineProgress) => void {
  let last: EngineProgress | null = null;
  return (progress) => {
    const isNew = last?.step !== progress.step;
    if (out.isTTY) out.write(`${isNew && last ? '\n' : '\r\x1b[2K'}${lineOf(progress)}`);
    else if (isNew) out.write(`${lineOf(progress)}\n`);
    last = progress;
  };
}

function lineOf({ step, steps, title, bytesDone, bytesTotal, elapsedMs }: EngineProgress): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const size =
    bytesDone === null
      ? ''
      : ` · ${megabytes(bytesDone)}${bytesTotal ? ` of ${megabytes(bytesTotal)}` : ''} MB`;
  return `  ${step}/${steps} ${title}${size} · ${(elapsedMs / 1000).toFixed(0)} s`;
}
