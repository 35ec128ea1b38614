import Fastify from "fastify";
import { describe, expect, test } from "vitest";
import { whereFilesAre } from "../../../src/joints/first-contact.js";
import { FirstContact, readMakes } from "../../../src/provisioning/index.js";
import type { Layer, Make } from "../../../src/provisioning/layers.js";
import { Delays } from "../../../src/provisioning/serving/delays.js";
import { Enrolments } from "../../../src/provisioning/serving/enrolments.js";
import { phone } from "../../contract/provisioning/site.ts";
import { Issuer } from "../../lab/certificate.ts";

const at = 1_800_000_000_000;
const yealink = phone("805ec0aabbcc", "yealink", "T46U", "2001");
const site = new Issuer("Site CA");
const read = await readMakes();
const makes = read.ok ? read.makes : new Map<string, Make>();

const quiet = { tell: () => undefined };

function contact(of: ReadonlyMap<string, Make> = makes) {
  const waited: number[] = [];
  const errors: string[] = [];
  const enrolments = new Enrolments();
  const made = new FirstContact({
    ...{ ca: site.certificate, makes: of, enrolments, clock: { now: () => at } },
    phones: { get: (mac) => (mac === yealink.mac ? yealink : undefined) },
    delays: new Delays({ now: () => at }, quiet, async (ms) => void waited.push(ms)),
    refusals: quiet,
    log: { info: () => {}, warn: () => {}, error: (about) => void errors.push(JSON.stringify(about)) },
    url: () => "http://192.0.2.10:8081",
    filesUrl: () => "https://calls.example.com/c/",
    seen: () => {},
  });
  const app = Fastify();
  made.register(app);
  const ask = async (name: string) => app.inject({ url: `/c/${name}` });
  return { made, enrolments, waited, errors, ask };
}

describe("the first contact", () => {
  test("is awaited of a phone from the opening of its window until it has been told, and of no other", async () => {
    const { made, enrolments, ask } = contact();
    expect(made.awaits(yealink.mac)).toBe(false);
    enrolments.open(yealink.mac, at + 1);
    expect(made.awaits(yealink.mac)).toBe(true);
    expect(made.awaits(phone("805ec0aabbdd", "yealink", "T46U", "2001").mac)).toBe(false);
    await ask("805ec0aabbcc-ca.pem");
    expect(made.awaits(yealink.mac)).toBe(true);
    await ask("805ec0aabbcc.cfg");
    expect(made.awaits(yealink.mac)).toBe(false);
  });

  test("is where such a phone is sent that asks on the network; any other goes to its files, where there are any", () => {
    const files = { url: "https://calls.example.com/c/" };
    const first = { url: "http://192.0.2.10:8081/c/", awaits: (mac: string) => mac === yealink.mac };
    const other = phone("805ec0aabbdd", "yealink", "T46U", "2001").mac;
    const sent = whereFilesAre({ files, firstContact: first });
    expect([sent?.(yealink.mac), sent?.(other), sent?.(undefined)]).toEqual([first.url, files.url, files.url]);
    expect(whereFilesAre({ files, firstContact: undefined })?.(yealink.mac)).toBe(files.url);
    expect(whereFilesAre({ files: undefined, firstContact: undefined })).toBeUndefined();
  });

  test("slows down who tries many phones, as the files by https do", async () => {
    const { waited, ask } = contact();
    const macs = Array.from({ length: 31 }, (_, one) => `805ec0bb00${String(one).padStart(2, "0")}`);
    await Promise.all(macs.map((mac) => ask(`${mac}.cfg`)));
    await ask("805ec0bb0099.cfg");
    expect([waited[0], waited.at(-1)]).toEqual([250, 2_000]);
  });

  test("gives nothing in which a secret may stand, whatever its data says", async () => {
    const own = makes.get("yealink");
    if (!own?.firstContact) throw new Error("no data");
    const [group] = own.firstContact.layer.groups;
    if (!group) throw new Error("no group");
    const key = { key: "account.1.password", value: "geheim", file: "x", line: 1 };
    const layer: Layer = { ...own.firstContact.layer, groups: [{ ...group, set: [...group.set, key] }] };
    const loose: Make = { ...own, firstContact: { ...own.firstContact, layer } };
    const { enrolments, ask } = contact(new Map([["yealink", loose]]));
    enrolments.open(yealink.mac, at + 1);
    const { statusCode, body } = await ask("805ec0aabbcc.cfg");
    expect([statusCode, body]).toEqual([404, ""]);
  });

  test("knows no fact about a person or an account: a layer that asks for one gives no file", async () => {
    const own = makes.get("yealink");
    if (!own?.firstContact) throw new Error("no data");
    const groups = own.firstContact.layer.groups.map((group) => ({
      ...group,
      set: group.set.map((one) => ({ ...one, value: "{sip-password}" })),
    }));
    const asking: Make = {
      ...own,
      firstContact: { ...own.firstContact, layer: { ...own.firstContact.layer, groups } },
    };
    const { enrolments, errors, ask } = contact(new Map([["yealink", asking]]));
    enrolments.open(yealink.mac, at + 1);
    expect((await ask("805ec0aabbcc.cfg")).statusCode).toBe(404);
    expect(errors).toEqual([expect.stringContaining("it is not known")]);
  });

  test.each([...makes.keys()])("of a %s is of keys alone that hold no secret", (vendor) => {
    const make = makes.get(vendor);
    const keys = make?.firstContact?.layer.groups.flatMap(({ set }) => set.map((one) => one.key)) ?? [];
    const listed = keys.map((key) =>
      make?.keys.find((one) => one.key === key.replace(/\.\d+(?=\.|$)/g, ".N") || one.key === key),
    );
    expect(keys.length).toBeGreaterThan(1);
    expect(listed.map((one) => one?.secret)).toEqual(keys.map(() => false));
  });
});
