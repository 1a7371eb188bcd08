import { type Io, isRich } from '../io.ts';

const GREEN = ['active', 'running', 'creating', 'ready'];
const YELLOW = ['building', 'pending', 'disabled', 'rotated'];

/** Colours a word that says how something is; plain where no colours are wanted. */
export function statusPainter(io: Io): (text: string, status: string) => string {
  if (!isRich(io, io.stdout)) return (text) => text;
  return (text, status) => {
    const colour = GREEN.includes(status) ? 32 : YELLOW.includes(status) ? 33 : 31;
    return `\u001b[${colour}m${text}\u001b[39m`;
  };
}
