import { createTransport } from 'nodemailer';
import { isLoopbackHost } from '../listen-config.ts';
import type { MailConfig } from '../mail-config.ts';
import type { MailBody } from './letter.ts';

export type SendMail = (recipient: string, body: MailBody) => Promise<void>;

const CONNECT_MS = 10_000;
const ANSWER_MS = 30_000;

export interface MailTransport {
  send: SendMail;
  close(): void;
}

/** SMTP, encrypted wherever it leaves this machine. Nothing is connected before the first mail. */
export function mailTransport({ smtpUrl, from }: MailConfig): MailTransport {
  const url = new URL(smtpUrl);
  const isSecure = url.protocol === 'smtps:';
  const transport = createTransport({
    host: url.hostname,
    port: url.port ? Number(url.port) : isSecure ? 465 : 587,
    secure: isSecure,
    requireTLS: !isSecure && !isLoopbackHost(url.hostname),
    ignoreTLS: !isSecure && isLoopbackHost(url.hostname),
    ...(url.username
      ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
      : {}),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: ANSWER_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  return {
    async send(recipient, { subject, text, html }) {
      await transport.sendMail({
        from,
        // As an object: text of ours is never parsed for more addresses.
        to: { name: '', address: recipient },
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
    close: () => transport.close(),
  };
}
