/** What became of the other sign-ins. */
export function endedInWords(ended: number): string {
  if (ended === 0) return 'No other sign-in was ended.';
  return ended === 1 ? 'One other sign-in was ended.' : `${ended} other sign-ins were ended.`;
}

/** On the button that ends all but this one. */
export const endOthersInWords = (others: number) =>
  others === 1 ? 'End the other one' : `End all ${others} others`;
