import { readFile } from 'node:fs/promises';
import { verifyWebhook, WEBHOOK_SIGNATURE_HEADER, WebhookVerificationError } from '@instavm/sdk';
import type { Command, Context } from '../../command.ts';
import { CliError, EXIT, usageError } from '../../errors/cli-error.ts';
import { readStdin } from '../../io.ts';
import { printable } from '../../output/text.ts';

interface Flags {
  secret?: string;
  secretFile?: string;
  header?: string[];
  body?: string;
  bodyFile?: string;
  tolerance?: number;
}

export default {
  options: [
    { flags: '--secret <secret>', description: 'of the webhook; others on this machine can see it' },
    { flags: '--secret-file <file>', description: 'a file that holds the secret alone' },
    {
      flags: '--header <header>',
      description: 'a header of the delivery, as "Name: value"; repeatable',
      repeatable: true,
    },
    { flags: '--body <text>', description: 'the body of the delivery' },
    { flags: '--body-file <file>', description: 'a file that holds it; else standard input is the body' },
    {
      flags: '--tolerance <seconds>',
      description: 'how old a delivery may be (default 300, -1 for any age)',
      parse: tolerance,
    },
  ],
  help: 'Works offline and needs no API key. Ends with 1 when the signature does not fit.',
  async run(context) {
    const { io, json, print, printJson } = context;
    const flags = context.options as Flags;
    const secret = await secretOf(flags);
    const header = headerOf(flags.header ?? []);
    const body = await bodyOf(context, flags);
    const options = { toleranceSeconds: flags.tolerance, now: io.now };
    try {
      const { event } = await verifyWebhook(secret, header, body, options);
      const id = event.event_id ?? event.id ?? null;
      if (json) printJson({ ok: true, event_type: event.event_type, event_id: id });
      else print(['ok', `event_type: ${event.event_type}`, `event_id: ${id ?? '-'}`].map(line).join(''));
      return undefined;
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      const { code, detail, hint } = error;
      if (!json) throw new CliError({ code, exitCode: EXIT.error, message: detail, why: code, hint });
      printJson({ ok: false, reason: code, message: detail });
      return EXIT.error;
    }
  },
} satisfies Command;

const line = (text: string) => `${printable(text)}\n`;

async function secretOf({ secret, secretFile }: Flags): Promise<string> {
  const given = secret ?? (secretFile === undefined ? '' : (await read(secretFile)).toString('utf8'));
  if (given.trim() !== '') return given.trim();
  throw usageError(
    'The secret is missing',
    'A signature is checked with it',
    'Give --secret or --secret-file',
  );
}

function headerOf(headers: readonly string[]): string {
  for (const header of headers) {
    const [name, ...value] = header.split(':');
    if (name!.trim().toLowerCase() === WEBHOOK_SIGNATURE_HEADER.toLowerCase()) return value.join(':').trim();
  }
  throw usageError(
    `The header ${WEBHOOK_SIGNATURE_HEADER} is missing`,
    'The signature stands in it',
    `Give it: --header "${WEBHOOK_SIGNATURE_HEADER}: t=...,v1=..."`,
  );
}

async function bodyOf({ io }: Context, { body, bodyFile }: Flags): Promise<string | Uint8Array<ArrayBuffer>> {
  if (body !== undefined) return body;
  if (bodyFile !== undefined) return Uint8Array.from(await read(bodyFile));
  if (!io.stdin.isTTY) return readStdin(io);
  throw usageError('The body is missing', 'It is what is signed', 'Give --body or --body-file, or pipe it');
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw usageError(`${file} cannot be read`, (error as Error).message, 'Name a file that can be read');
  }
}

function tolerance(text: string): number {
  if (/^(-1|\d{1,9})$/.test(text)) return Number(text);
  throw new Error('is no whole number of seconds');
}
