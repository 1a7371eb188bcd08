import { type ComponentProps, type ReactNode, useEffect, useRef } from 'react';

interface ModalProps extends Pick<ComponentProps<'dialog'>, 'aria-label' | 'aria-labelledby' | 'className'> {
  open: boolean;
  /** Esc, or a click beside it. */
  onClose: () => void;
  children: ReactNode;
}

/**
 * The browser's own modal dialog: it keeps the focus inside, gives it back, closes on Esc and needs no style
 * element, which the page's policy would refuse. Stays mounted, so that closing can return the focus; its
 * content does not.
 */
export function Modal({ open, onClose, children, ...dialogProps }: ModalProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open) {
      dialog.showModal();
      // Of a row of radio buttons the chosen one is where the keyboard starts, not the first.
      if (document.activeElement instanceof HTMLInputElement && document.activeElement.type === 'radio') {
        dialog.querySelector<HTMLElement>('input:checked')?.focus();
      }
    }
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog; Esc is the keyboard's way, built in
    <dialog
      {...dialogProps}
      ref={ref}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === ref.current && onClose()}
    >
      {open && children}
    </dialog>
  );
}
