import { usageError } from '../errors/cli-error.ts';

/** Numbers as they are given on the command line; `listedBy` is the command that shows them. */
export function readIds(texts: readonly string[], noun: string, listedBy: string): number[] {
  return texts.map((text) => {
    if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
    throw usageError(`${text} is no id of a ${noun}`, 'Ids are numbers', `See \`instavm ${listedBy}\``);
  });
}
