const LABEL_LENGTH = 120;

/** What is wrong with a label; null when nothing is. The words follow the name of the option. */
export function labelMistake(label: string): string | null {
  return label === '' || label.length > LABEL_LENGTH || /\p{C}/u.test(label)
    ? `has 1 to ${LABEL_LENGTH} visible characters`
    : null;
}
