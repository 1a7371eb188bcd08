import { isLoopbackHost } from './listen-config.ts';

/** How mail is sent. The address of the server holds its password: never logged, never shown. */
export interface MailConfig {
  smtpUrl: string;
  /** `From` of every mail. */
  from: string;
}

const MAILBOX = /^(?:[^<>\r\n]{0,100}<)?[^\s<>@]+@[^\s<>@]+>?$/;

/** Null where `INSTAVM_SMTP_URL` is unset: then nothing is mailed, and all of it is shown elsewhere. */
export function parseMailConfig(
  read: (name: string) => string | undefined,
  publicUrl: string | null,
  problems: string[],
): MailConfig | null {
  const smtpUrl = read('INSTAVM_SMTP_URL');
  const from = read('INSTAVM_MAIL_FROM');
  if (!smtpUrl) {
    if (from) problems.push('INSTAVM_MAIL_FROM is set but INSTAVM_SMTP_URL is not; no mail can be sent.');
    return null;
  }
  const url = URL.canParse(smtpUrl) ? new URL(smtpUrl) : null;
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname) {
    // Its text may hold a password.
    problems.push(
      'INSTAVM_SMTP_URL is not an address like smtp://user:password@mail.example.org:587 or smtps://mail.example.org.',
    );
    return null;
  }
  if (publicUrl === null && !isLoopbackHost(url.hostname)) {
    problems.push('INSTAVM_SMTP_URL needs INSTAVM_PUBLIC_URL, which the links in mails begin with.');
  }
  if (from !== undefined && !MAILBOX.test(from)) {
    problems.push(`INSTAVM_MAIL_FROM=${from} is no address like InstaVM <instavm@example.org>.`);
  }
  const host = publicUrl === null ? 'localhost' : new URL(publicUrl).hostname;
  return { smtpUrl, from: from ?? `InstaVM <instavm@${host}>` };
}
