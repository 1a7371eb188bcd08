import { Ban, X } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useShortcut } from '../../ui/shortcuts.tsx';
import { countOfKeys } from './key-words.ts';

interface SelectionBarProps {
  count: number;
  /** All that could be chosen in the list as it is. */
  shown: number;
  refusal: string | null;
  onAll: () => void;
  onClear: () => void;
  onRevoke: () => void;
}

/** Lies over the foot of the page while keys are chosen, so that nothing moves. */
export function SelectionBar({ count, shown, refusal, onAll, onClear, onRevoke }: SelectionBarProps) {
  useShortcut('Escape', 'Clear the choice of keys', onClear);
  return (
    <div className="pointer-events-none sticky bottom-4 z-10 flex justify-center">
      <section
        aria-label="Chosen keys"
        className="pointer-events-auto flex flex-wrap items-center justify-center gap-2 rounded-panel border border-brass-line bg-raised px-3 py-2 shadow-raised"
      >
        <span role="status" className="px-1 font-medium">
          {count} chosen
        </span>
        {count < shown && (
          <Button look="quiet" size="small" onClick={onAll}>
            Choose all {shown}
          </Button>
        )}
        <Button look="quiet" size="small" onClick={onClear}>
          <X size={14} aria-hidden /> Clear{' '}
          <span className="hidden sm:inline">
            <Kbd>Esc</Kbd>
          </span>
        </Button>
        <Button look="danger" size="small" disabledReason={refusal} onClick={onRevoke}>
          <Ban size={14} aria-hidden /> Revoke {countOfKeys(count)}
        </Button>
      </section>
    </div>
  );
}
