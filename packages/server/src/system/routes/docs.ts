import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ERRORS, nouns, type Operation } from '@instavm/contract';
import type { FastifyInstance } from 'fastify';

const OPENAPI = fileURLToPath(import.meta.resolve('@instavm/contract/openapi.json'));

/** `/openapi.json`, and the same as pages to read: `/docs`, `/docs/errors`. */
export function docsRoutes(app: FastifyInstance): void {
  const openapi = readFileSync(OPENAPI, 'utf8');
  app.get('/openapi.json', async (_request, reply) => reply.type('application/json').send(openapi));
  app.get('/docs/style.css', async (_request, reply) => reply.type('text/css').send(STYLE));
  for (const [url, html] of [
    ['/docs', page('API reference', reference())],
    ['/docs/errors', page('Errors', errors())],
  ] as const) {
    app.get(url, async (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'; style-src 'self'")
        .send(html),
    );
  }
}

function reference(): string {
  const sections = Object.entries(nouns).map(([noun, members]) => {
    const rows = Object.values<Operation>(members).map(operationRow).join('\n');
    return `<section id="${noun}"><h2>${noun}</h2>${rows}</section>`;
  });
  const links = Object.keys(nouns).map((noun) => `<a href="#${noun}">${noun}</a>`);
  return `<p>Send your API key as <code>X-API-Key</code>. The machine-readable form is <a href="/openapi.json">openapi.json</a>;
    every error code is on <a href="/docs/errors">errors</a>.</p>
    <pre><code>curl http://127.0.0.1:8080/v1/vms -H "X-API-Key: $INSTAVM_API_KEY"</code></pre>
    <nav>${links.join(' ')}</nav>${sections.join('\n')}`;
}

function operationRow(operation: Operation): string {
  const { id, method, path, summary, permission, built } = operation;
  return `<article id="${id}"><p><b class="${method}">${method}</b> <code>${escapeHtml(path)}</code>
    ${built ? '' : '<i>not built yet</i>'}</p><p>${escapeHtml(summary)}${permission ? ` · needs <code>${permission}</code>` : ''}</p></article>`;
}

function errors(): string {
  const entries = Object.entries(ERRORS).map(
    ([code, { status, title, meaning, next }]) =>
      `<article id="${code}"><h3>${escapeHtml(title)} <code>${status} ${code}</code></h3><p>${escapeHtml(meaning)} ${escapeHtml(next)}</p></article>`,
  );
  return `<p>Every error has a <code>detail</code> in words and a stable <code>code</code>.</p>${entries.join('\n')}`;
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>${title} · InstaVM</title><link rel="stylesheet" href="/docs/style.css"></head>
    <body><header><a href="/">InstaVM</a> <a href="/docs">Reference</a> <a href="/docs/errors">Errors</a></header>
    <main><h1>${title}</h1>${body}</main></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const STYLE = `:root{color-scheme:light dark;--line:light-dark(#e2e2dd,#33332f);--dim:light-dark(#5c5c55,#a3a39a)}
body{margin:0;font:15px/1.5 system-ui,sans-serif;background:light-dark(#fbfbf9,#161614);color:light-dark(#1b1b18,#ececE6)}
header{display:flex;gap:1rem;padding:.8rem 1.2rem;border-bottom:1px solid var(--line)}main{max-width:56rem;margin:auto;padding:1rem 1.2rem 4rem}
a{color:inherit}code,pre{font:13px ui-monospace,monospace}pre{padding:.8rem;border:1px solid var(--line);border-radius:6px;overflow:auto}
nav{display:flex;flex-wrap:wrap;gap:.2rem .9rem}article{padding:.6rem 0;border-top:1px solid var(--line)}article p{margin:.1rem 0;color:var(--dim)}
article code{color:light-dark(#1b1b18,#ececE6)}b{display:inline-block;min-width:4.2rem;font:600 12px ui-monospace,monospace}i{font-size:13px}`;
