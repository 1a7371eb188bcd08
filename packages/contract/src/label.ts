export const LABEL_LENGTH = 120;

/** Code units a label may take in all: a visible character may be built of several, but not of a thousand. */
const LABEL_CODE_UNITS = 8 * LABEL_LENGTH;

/**
 * Controls, unpaired surrogates, line separators, and the marks that reverse the direction of text and so can
 * make one label look like another.
 */
const REFUSED_IN_LINE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
const REFUSED_IN_TEXT = /[^\P{Cc}\n\r\t]|[\p{Cs}\u202A-\u202E\u2066-\u2069]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** What is wrong with a label (trimmed and in NFC), in words; null when nothing is. */
export function labelProblem(text: string): string | null {
  if (text === '') return 'is empty: give a name or leave it out';
  if (text.length > LABEL_CODE_UNITS || visibleLength(text) > LABEL_LENGTH) {
    return `is longer than ${LABEL_LENGTH} characters`;
  }
  if (REFUSED_IN_LINE.test(text)) return 'holds a control character, such as a line break or a tab';
  if (!VISIBLE.test(text)) return 'holds no visible character';
  return null;
}

/** True when a text of several lines holds a control character beside line breaks and tabs. */
export function holdsControlCharacter(text: string): boolean {
  return REFUSED_IN_TEXT.test(text);
}

/** As a reader counts: an accent or a joined emoji belongs to its character. */
function visibleLength(text: string): number {
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length;
}
