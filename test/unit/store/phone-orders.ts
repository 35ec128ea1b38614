/**
 * A program of its own that gives orders about phones until it is killed: `phone-orders.ts <folder>`. Each puts one phone
 * in place of another, or two hundred in and out. It prints a line the moment that an order is done.
 */
import { type Mac, type Phone, parsePersonId } from "../../../src/model/index.ts";
import { EmbeddedStore, loadSecrets } from "../../../src/store/index.ts";

const folder = process.argv[2] ?? "";
const owner = parsePersonId("3001");
if (!owner) throw new Error("3001 is no id");
const store = new EmbeddedStore(folder, await loadSecrets(folder));
await store.start();

const phone = (n: number): Phone => {
  const mac = `805ec0${n.toString(16).padStart(6, "0")}` as Mac;
  return { mac, vendor: "yealink", model: "T46U", owner, answer: "ring" };
};
const many = Array.from({ length: 200 }, (_, at) => phone(1_000 + at));
const macs = many.map(({ mac }) => mac);
await store.phones.order({ drop: [], put: [phone(0)] });
process.stdout.write("begun\n");
for (let n = 0; ; n += 1) {
  const here = n % 2;
  await store.phones.order({ drop: [phone(here).mac], put: [phone(1 - here)] });
  await store.phones.order(here === 0 ? { drop: [], put: many } : { drop: macs, put: [] });
  process.stdout.write(`${n}\n`);
}
