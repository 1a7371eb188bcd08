import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from './button.tsx';
import { Panel } from './page.tsx';

interface EditPanelProps {
  title: string;
  editing: boolean;
  onEdit: (editing: boolean) => void;
  /** Why nothing can be changed here. */
  refusal: string | null;
  onSave: () => void;
  saving: boolean;
  /** Why what is in the form cannot be saved. */
  saveRefusal: string | null;
  /** The fields, while it is edited. */
  form: ReactNode;
  /** What it holds, while it is not. */
  children: ReactNode;
}

/** A part of a page that shows what is, and turns into its own small form. */
export function EditPanel(props: EditPanelProps) {
  const { title, editing, onEdit, refusal, onSave, saving, saveRefusal, form, children } = props;
  const formRef = useRef<HTMLFormElement>(null);
  const editRef = useRef<HTMLButtonElement>(null);
  const was = useRef(false);
  useEffect(() => {
    if (editing) {
      const first = formRef.current?.querySelector<HTMLElement>('input, textarea, select');
      const isRadio = first instanceof HTMLInputElement && first.type === 'radio';
      const start = isRadio ? formRef.current?.querySelector<HTMLElement>('input:checked') : first;
      start?.focus({ preventScroll: true });
      formRef.current?.scrollIntoView({ block: 'nearest' });
    } else if (was.current) editRef.current?.focus({ preventScroll: true });
    was.current = editing;
  }, [editing]);
  const edit = !editing && (
    <Button
      ref={editRef}
      look="quiet"
      size="small"
      aria-label={`Edit ${title.toLowerCase()}`}
      disabledReason={refusal}
      onClick={() => onEdit(true)}
    >
      Edit
    </Button>
  );
  if (!editing) {
    return (
      <Panel title={title} aside={edit}>
        {children}
      </Panel>
    );
  }
  return (
    <Panel title={title}>
      <form
        ref={formRef}
        aria-label={`Edit ${title.toLowerCase()}`}
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (!saving && !saveRefusal) onSave();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !saving && !event.defaultPrevented) onEdit(false);
        }}
      >
        {form}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" busy={saving && 'Saving'} disabledReason={saveRefusal}>
            Save
          </Button>
          <Button onClick={() => onEdit(false)}>Cancel</Button>
        </div>
      </form>
    </Panel>
  );
}
