import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './icon-button.tsx';

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
    if (open && !dialog?.open) dialog?.showModal();
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
        <div className="flex flex-col">
          <header className="flex items-start justify-between gap-4 px-5 pt-4">
            <h2 id={titleId} className="text-lead">
              {title}
            </h2>
            <IconButton icon={X} label="Close" onClick={onClose} className="-mt-1 -mr-2" />
          </header>
          <div className="flex flex-col gap-4 px-5 pt-2 pb-5">{children}</div>
          {actions && (
            <footer className="flex flex-wrap justify-end gap-2 border-line border-t bg-sunken/60 px-5 py-3">
              {actions}
            </footer>
          )}
        </div>
      )}
    </dialog>
  );
}
