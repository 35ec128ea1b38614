import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const corpora = ["polycom", "yealink"].map((vendor) => `../../contract/phones/${vendor}-corpus`);
const folders = ["../../lab/phones", ...corpora].map((path) => join(import.meta.dirname, path));
const files = folders.flatMap((folder) => readdirSync(folder).map((file) => [file, join(folder, file)] as const));

test.each(files)("%s judges pages without the code that makes them", (_file, path) => {
  const from = [...readFileSync(path, "utf8").matchAll(/from "([^"]+)"/g)].map(([, target = ""]) => target);
  expect(from.filter((target) => /\/(src|phone-templates)\//.test(target))).toEqual([]);
});
