import type { Whoami } from '@instavm/sdk';
import { noticeLine } from '../commands/keys/words.ts';
import { durationInWords } from '../output/time.ts';

/**
 * Says that the key in force ends soon, and the one line that settles it. A rotation does not lengthen a life, so
 * what helps is for the server to tell: it knows whether the key expires or is being replaced.
 */
export function expiryLine(secondsLeft: number, whoami: Whoami | null): string {
  const { credential, notices = [] } = whoami ?? {};
  const replaced = notices.find(({ code }) => code === 'rotation_open');
  if (replaced) return `This API key is being rotated. ${noticeLine(replaced)}`;
  const end = `This API key expires in ${durationInWords(secondsLeft)}.`;
  const expiring = notices.find(({ code }) => code === 'expiring');
  return expiring
    ? noticeLine({ ...expiring, text: end }, credential?.id)
    : `${end} See what helps: instavm auth status`;
}
