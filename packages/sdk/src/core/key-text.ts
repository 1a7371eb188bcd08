/** What a program that handles keys needs to know of their text; all of it works offline. */
export { checkKeyText, type KeyTextCheck, maskKey } from '@instavm/keyformat';
