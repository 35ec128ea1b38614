import axe from "axe-core";
import type { Page } from "playwright-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * What axe-core finds serious or critical in the page as it stands now, in words: the rule, what to do, and where. Ask
 * in every state and colour scheme that matters. axe comes in through the debugger, which the page's
 * `Content-Security-Policy` does not bind: the page that is judged is the page that people get.
 */
export async function seriousProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(`${axe.source}; undefined`);
  const options: axe.RunOptions = { runOnly: RULES, resultTypes: ["violations"] };
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(" ")})`));
}
