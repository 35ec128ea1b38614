import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attacks } from "./attacked.ts";
import { desk } from "./desk.ts";
import { ear } from "./ear.ts";
import { events } from "./events.ts";
import { load } from "./load.ts";
import { machine, watchHost } from "./machine.ts";
import { pages } from "./pages.ts";
import { press } from "./press.ts";
import { provisioning } from "./provisioning.ts";
import { record } from "./record.ts";
import { start } from "./start.ts";
import { markdown, type Row, withTable } from "./table.ts";

/** `npm run bench`: what a press, an event, a page and a start cost, each against the least that could do it. */

const parts = { press, ear, events, load, pages, provisioning, attacks, start, desk } as const;
type Part = keyof typeof parts;
const isPart = (word: string): word is Part => Object.hasOwn(parts, word);

const words = process.argv.slice(2);
const named = words.filter((word) => word !== "--readme");
const unknown = named.filter((word) => word !== "record" && !isPart(word));
const inReadme = words.includes("--readme");

if (unknown.length > 0 || (inReadme && named.length > 0)) {
  const usage = `npm run bench [-- ${Object.keys(parts).join(" | ")} | record | --readme]`;
  console.error(unknown.length > 0 ? `${usage}\nnot known: ${unknown.join(", ")}` : "--readme takes a whole run");
  process.exitCode = 2;
} else if (named.includes("record")) {
  await record();
} else {
  await bench(named.length > 0 ? named.filter(isPart) : (Object.keys(parts) as Part[]));
}

async function bench(chosen: readonly Part[]): Promise<void> {
  const on = await machine();
  const host = watchHost();
  const rows: Row[] = [];
  for (const part of chosen) {
    const begun = performance.now();
    rows.push(...(await parts[part]()));
    console.error(`${part}: ${Math.round((performance.now() - begun) / 1_000)} s`);
  }
  const table = markdown(rows, on + host());
  console.log(table);
  if (!inReadme) return;
  const file = join(import.meta.dirname, "../../README.md");
  writeFileSync(file, withTable(readFileSync(file, "utf8"), table));
  console.error("the table is in README.md");
}
