/** `npx tsx tools/picture-sites.ts` pictures the main pages of each self-hosted site: docs/sites/, shown by docs/sites.md. */

import { OWN_SITE_URLS } from "../fixtures/index.ts";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { visitSites } from "../test/support/site-visit.ts";

const DOCS = join(import.meta.dirname, "..", "docs");
/** From the start page on, one of each kind. */
const LIMITS = { perKind: 1, most: 8 };
const QUALITY = 60;

await using visit = await visitSites();
const sections: string[] = [];
for (const site of Object.keys(OWN_SITE_URLS)) {
  const folder = join(DOCS, "sites", site);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pictures: string[] = [];
  for await (const { url, page } of visit.walk(site, LIMITS)) {
    const file = `${pictures.length + 1}.jpg`;
    await page.screenshot({ path: join(folder, file), type: "jpeg", quality: QUALITY });
    const { pathname, search } = new URL(url);
    const caption = `${await page.title()} (${pathname}${search})`.replaceAll(/[[\]|]/g, " ");
    pictures.push(`![${caption}](sites/${site}/${file})`);
  }
  sections.push(`## ${site}\n\n${pictures.join("\n\n")}`);
}
writeFileSync(
  join(DOCS, "sites.md"),
  `# The bundled sites

\`npm run dreamgym -- sites\` serves them for a person to click through. These are their main pages in world A, at 1280 × 720 (\`npx tsx tools/picture-sites.ts\` takes the pictures again).

${sections.join("\n\n")}
`,
);
