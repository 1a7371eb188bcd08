import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Wordmark } from '../ui/logo.tsx';
import { Modal } from '../ui/modal.tsx';

/** The navigation where there is no room beside the page. */
export function MenuDrawer(props: { open: boolean; onClose: () => void; children: ReactNode }) {
  const { open, onClose, children } = props;
  return (
    <Modal
      open={open}
      onClose={onClose}
      aria-label="Menu"
      className="mr-0 ml-auto h-dvh max-h-none w-72 max-w-[85vw] border-line border-l bg-ground text-ink"
    >
      <div className="flex h-full flex-col gap-6 p-3">
        <div className="flex items-center justify-between pl-2.5">
          <Wordmark />
          <button
            type="button"
            aria-label="Close menu"
            onClick={onClose}
            className="flex size-8 items-center justify-center rounded-control text-soft hover:bg-hover hover:text-ink"
          >
            <X size={16} aria-hidden />
          </button>
        </div>
        <div className="flex flex-1 flex-col justify-between">{children}</div>
      </div>
    </Modal>
  );
}
