import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GatewayBench, phoneOf } from "./bench.ts";

const main = resolve(import.meta.dirname, "../../src/main.ts");
let bench: GatewayBench;
let file: string;

beforeAll(async () => {
  bench = new GatewayBench({});
  await bench.start();
  const data = await bench.data;
  file = join(data, "earshot.yaml");
  const parts = [
    'http: { listen: "127.0.0.1:0", publicUrl: "https://127.0.0.1:9", tls: { certFile: own.crt, keyFile: own.key } }',
    `data: ${JSON.stringify(data)}`,
    "pbx: { kind: simulator }\npolicy: { hidden: forbidden }",
    'mqtt: { embedded: { listen: "127.0.0.1:0" } }\npeople: []',
  ];
  await writeFile(file, `${parts.join("\n")}\n`, { mode: 0o600 });
  await writeFile(join(data, "own.crt"), "a renewal that broke off");
  await writeFile(join(data, "own.key"), "a renewal that broke off", { mode: 0o600 });
});
afterAll(() => bench.stop());

/** One command, as somebody at the machine gives it. */
function earshot(...words: readonly string[]): Promise<{ code: unknown; out: string; err: string }> {
  const all = ["--import", "tsx", main, ...words, "--config", file];
  return new Promise((done) => {
    execFile(process.execPath, all, (error, out, err) => done({ code: error?.code ?? 0, out, err }));
  });
}

describe("while a renewal of the server's certificate is broken", () => {
  it("a phone's key can be revoked", async () => {
    const before = await bench.launcher(phoneOf.kim);
    const { code, out, err } = await earshot("phones", "rotate", phoneOf.kim);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("its old one is dead");
    expect(await bench.launcher(phoneOf.kim)).not.toBe(before);
  });

  it.each([
    ["provision", "list"],
    ["operate", "schemas"],
  ])("%s %s does its work", async (...words) => {
    expect(await earshot(...words)).toMatchObject({ code: 0, err: "" });
  });

  it.each(["start", "check"])("%s refuses it in a sentence", async (word) => {
    const { code, out, err } = await earshot(word);
    expect(code).toBe(1);
    expect(out + err).toContain("`http.tls.certFile` names `own.crt`, which holds no certificate");
  });
});
