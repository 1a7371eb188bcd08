import { maskKey } from '@instavm/sdk';
import { durationInWords } from '../output/time.ts';

/** Says that the key in force ends soon, and the one line that rotates it. */
export function expiryLine(secondsLeft: number, key: string): string {
  const publicId = maskKey(key).replace(/^instavm_sk_|…$/g, '');
  return `This API key expires in ${durationInWords(secondsLeft)}. Rotate it: instavm keys rotate ${publicId}`;
}
