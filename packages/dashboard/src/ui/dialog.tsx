import { X } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import { Modal } from './modal.tsx';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** Room for a list: 40 instead of 30 rem. */
  wide?: boolean;
  /** The row of buttons at the foot. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A question or a short task above the page. */
export function Dialog({ open, onClose, title, wide = false, actions, children }: DialogProps) {
  const titleId = useId();
  return (
    <Modal
      open={open}
      onClose={onClose}
      aria-labelledby={titleId}
      className={cx(
        'm-auto max-h-[calc(100dvh-2rem)] overflow-y-auto rounded-panel border border-line bg-raised text-ink shadow-raised',
        wide ? 'w-[min(40rem,calc(100vw-2rem))]' : 'w-[min(30rem,calc(100vw-2rem))]',
      )}
    >
      <div className="relative flex flex-col">
        <h2 id={titleId} className="wrap-anywhere py-4 pr-14 pl-5 text-lead">
          {title}
        </h2>
        <div className="flex flex-col gap-4 px-5 pb-5">{children}</div>
        {actions && (
          <footer className="flex flex-wrap justify-end gap-2 border-line border-t bg-sunken/60 px-5 py-3">
            {actions}
          </footer>
        )}
        {/* Last, so that the focus begins at the content; and without a tooltip, which would take Esc for itself. */}
        <button
          type="button"
          aria-label="Close"
          onClick={onClose}
          className="absolute top-3 right-3 flex size-8 items-center justify-center rounded-control text-soft hover:bg-hover hover:text-ink"
        >
          <X size={16} aria-hidden />
        </button>
      </div>
    </Modal>
  );
}
