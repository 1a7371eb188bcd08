import type { BrowserContext, Page } from 'playwright-core';

/** Everything that a browser keeps of a page beside the page itself, as text. */
export async function keptByBrowser(page: Page, context: BrowserContext): Promise<string> {
  const state = await context.storageState({ indexedDB: true });
  const ofPage = await page.evaluate(async () => {
    const caches = await Promise.all(
      (await self.caches.keys()).map(async (name) =>
        (await (await self.caches.open(name)).keys()).map(({ url }) => url),
      ),
    );
    return {
      local: { ...localStorage },
      session: { ...sessionStorage },
      history: history.state,
      name: window.name,
      cookie: document.cookie,
      address: location.href,
      title: document.title,
      caches,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    };
  });
  return JSON.stringify([state, ofPage]);
}
