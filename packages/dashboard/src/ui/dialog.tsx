import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** The row of buttons at the foot. */
  actions?: ReactNode;
  children: ReactNode;
}

/**
 * The browser's own modal dialog: it keeps the focus inside, gives it back, closes on Esc and needs no style
 * element, which the page's policy would refuse. Stays mounted, so that closing can return the focus.
 */
export function Dialog({ open, onClose, title, actions, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open) {
      dialog.showModal();
      // Of a row of radio buttons the chosen one is where the keyboard starts, not the first.
      dialog.querySelector<HTMLElement>('input:checked')?.focus();
    }
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog; Esc is the keyboard's way, built in
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === ref.current && onClose()}
      className="m-auto max-h-[calc(100dvh-2rem)] w-[min(30rem,calc(100vw-2rem))] overflow-y-auto rounded-panel border border-line bg-raised text-ink shadow-raised"
    >
      {open && (
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
      )}
    </dialog>
  );
}
