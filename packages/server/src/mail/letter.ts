/** A mail as it is written: one subject, a few paragraphs, at most one thing to do. */
export interface Letter {
  subject: string;
  paragraphs: string[];
  action?: { label: string; url: string };
  /** Why it came and what to do if it is not expected. */
  footnote: string;
}

export interface MailBody {
  subject: string;
  text: string;
  html: string;
}

/** A letter as plain text and as HTML that says the same. Nothing is loaded from anywhere: no picture, no font. */
export function renderLetter({ subject, paragraphs, action, footnote }: Letter): MailBody {
  const oneLine = subject.replace(/\s+/g, ' ').trim().slice(0, 200);
  const text = [
    ...paragraphs,
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    `-- \n${footnote}`,
  ].join('\n\n');
  const button = action
    ? `<p style="margin:24px 0"><a href="${escapeHtml(action.url)}" style="background:#1f1d1a;color:#ffffff;padding:10px 16px;border-radius:6px;text-decoration:none">${escapeHtml(action.label)}</a></p>
<p style="color:#6b665e;font-size:13px;word-break:break-all">${escapeHtml(action.url)}</p>`
    : '';
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(oneLine)}</title></head>
<body style="margin:0;background:#f7f5f2">
<div style="max-width:560px;margin:0 auto;padding:32px 20px;font:15px/1.5 system-ui,sans-serif;color:#1f1d1a">
${paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n')}
${button}
<p style="margin-top:32px;border-top:1px solid #ddd8d0;padding-top:12px;color:#6b665e;font-size:13px">${escapeHtml(footnote)}</p>
</div>
</body>
</html>
`;
  return { subject: oneLine, text: `${text}\n`, html };
}

function escapeHtml(text: string): string {
  const ENTITIES: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
