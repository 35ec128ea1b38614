import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const contract = join(import.meta.dirname, "../../contract/phones");
const corpora = readdirSync(contract).filter((name) => name.endsWith("-corpus"));
const folders = [join(import.meta.dirname, "../../lab/phones"), ...corpora.map((name) => join(contract, name))];
const files = folders.flatMap((folder) => readdirSync(folder).map((file) => [file, join(folder, file)] as const));

test.each(files)("%s judges pages without the code that makes them", (_file, path) => {
  const from = [...readFileSync(path, "utf8").matchAll(/from "([^"]+)"/g)].map(([, target = ""]) => target);
  expect(from.filter((target) => /\/(src|phone-templates)\//.test(target))).toEqual([]);
});
