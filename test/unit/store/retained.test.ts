import { expect, onTestFinished, test } from "vitest";
import { EmbeddedStore, loadSecrets } from "../../../src/store/index.js";
import { keptLog, scratch } from "./scratch.js";

async function open(folder: string): Promise<EmbeddedStore> {
  const store = new EmbeddedStore(folder, await loadSecrets(folder));
  await store.start();
  await store.retained.read(keptLog().log);
  onTestFinished(() => store.stop());
  return store;
}

test("which topics are retained is known after a restart, however many came and went at once", async () => {
  const folder = scratch();
  const first = await open(folder);
  const many = Array.from({ length: 1_201 }, (_, index) => `earshot/agents/${index}/lamp`);
  for (const topic of many) first.retained.add(topic);
  for (const topic of many.slice(0, 700)) first.retained.remove(topic);
  first.retained.remove("earshot/agents/9999/lamp");
  first.retained.add(many[0] ?? "");
  await first.stop();
  const second = await open(folder);
  expect([...second.retained.all()].sort()).toEqual([many[0], ...many.slice(700)].sort());
});
