/** What a program that handles keys needs to know of their text; all of it works offline. */
export {
  checkKeyText,
  type FoundSecret,
  isOlderKeyText,
  type KeyTextCheck,
  lengthOfKind,
  maskKey,
  SECRET_KINDS,
  type SecretKind,
  scrubSecrets,
  secretAt,
} from '@instavm/keyformat';
