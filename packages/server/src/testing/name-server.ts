import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { TestScope } from './folder.ts';

const TYPES: Record<number, 4 | 6> = { 1: 4, 28: 6 };

/** Addresses of a name, each time anew; null lets the question wait for ever. */
export type Zone = (name: string) => string[] | null;

/** A name server in this process on a port of its own. -> `127.0.0.1:port` */
export async function startNameServer(t: TestScope, zone: Zone): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const { name, end } = readName(question);
    const family = TYPES[question.readUInt16BE(end)];
    const known = zone(name);
    if (known) socket.send(answer(question.subarray(0, end + 4), known, family), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => void socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

/** The question's name begins behind the header of 12 bytes: labels with their lengths, then a zero. */
function readName(question: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at]!; length > 0; length = question[at]!) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function answer(question: Buffer, known: string[], family: 4 | 6 | undefined): Buffer {
  const records = known
    .filter((address) => isIP(address) === family)
    .map((address) => record(address, family!));
  const head = Buffer.from(question);
  // An answer, recursion available; no such name when nothing is known of it at all.
  head.writeUInt16BE(known.length === 0 ? 0x8183 : 0x8180, 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...records]);
}

/** The name as a pointer to the question, type, class IN, no time to live, length and address. */
function record(address: string, family: 4 | 6): Buffer {
  const bytes =
    family === 4
      ? Buffer.from(address.split('.').map(Number))
      : Buffer.from(expand(address).flatMap((group) => [group >> 8, group & 0xff]));
  const head = Buffer.from([0xc0, 12, 0, family === 4 ? 1 : 28, 0, 1, 0, 0, 0, 0, 0, bytes.length]);
  return Buffer.concat([head, bytes]);
}

function expand(address: string): number[] {
  const [left = '', right = ''] = address.split('::');
  const [head, tail] = [left, right].map((half) => (half === '' ? [] : half.split(':')));
  const zeros = Array<string>(8 - head!.length - tail!.length).fill('0');
  return [...head!, ...zeros, ...tail!].map((group) => Number.parseInt(group, 16));
}
