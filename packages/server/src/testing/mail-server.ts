import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { TestScope } from './folder.ts';
import { until } from './until.ts';

export interface TestMailServer {
  url: string;
  /** What it accepted, oldest first. */
  mails: ParsedMail[];
  /** Replies with this code instead of accepting, until it is null again. */
  refuseWith: number | null;
  /** The nth mail to this address, from 0. */
  mailTo(recipient: string, index?: number): Promise<ParsedMail>;
}

/** A real SMTP server in this process, on a port of its own. */
export async function startMailServer(t: TestScope): Promise<TestMailServer> {
  const state: TestMailServer = {
    url: '',
    mails: [],
    refuseWith: null,
    async mailTo(recipient, index = 0) {
      const found = () => state.mails.filter((mail) => recipientsOf(mail).includes(recipient));
      await until(() => found().length > index);
      return found()[index]!;
    },
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, done) {
      if (state.refuseWith === null) return done();
      done(Object.assign(new Error('not now'), { responseCode: state.refuseWith }));
    },
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        state.mails.push(mail);
        done();
      }, done);
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  state.url = `smtp://127.0.0.1:${port}`;
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return state;
}

function recipientsOf(mail: ParsedMail): string[] {
  const to = Array.isArray(mail.to) ? mail.to : mail.to ? [mail.to] : [];
  return to.flatMap(({ value }) => value.map(({ address }) => address ?? ''));
}
