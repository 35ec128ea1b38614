import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Phone as ConfiguredPhone, Mac, PersonId } from "../../src/model/index.ts";
import { EmbeddedStore, loadSecrets } from "../../src/store/index.ts";
import { AsteriskLab } from "./asterisk.ts";
import { runCommand } from "./command.ts";
import { everybody } from "./earshot-config.ts";
import { asteriskPart } from "./parts.ts";

const part = await asteriskPart();
const main = resolve(import.meta.dirname, "../../src/main.ts");
const desk: ConfiguredPhone = {
  ...{ mac: "805ec0aa2001" as Mac, vendor: "polycom", model: "CCX600", owner: "2001" as PersonId },
  ...{ answer: "ring", lamp: "blf-three" },
};

describe(`a PBX whose people and phones stand in the database, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  /** Each file of the PBX, by its name. */
  const etc: Record<string, string> = {};
  let folder: string;
  let lab: AsteriskLab;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "earshot-setup-"));
    const secrets = await loadSecrets(join(folder, "data"));
    const password = (account: string): [string, string] => [account, secrets.accountPassword(account)];
    lab = new AsteriskLab({
      desks: [desk],
      passwords: Object.fromEntries(["2003-sup", "3001-sup", "3002-sup", "3009-sup"].map(password)),
      edited: (name, text) => {
        etc[name] = text;
        return text;
      },
    });
    const store = new EmbeddedStore(join(folder, "data"), secrets);
    await store.start();
    await store.people.putAll(everybody(lab));
    await store.phones.order({ drop: [], put: [desk] });
    await store.stop();
    await lab.start();
    await writeFile(join(folder, "earshot.yaml"), yaml(), { mode: 0o600 });
  });

  afterAll(async () => {
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function yaml(): string {
    return `http: { listen: "127.0.0.1:0", publicUrl: "http://127.0.0.1:9" }
data: ${join(folder, "data")}
pbx:
  kind: asterisk
  ari: { url: "${lab.ariUrl}", username: earshot, password: "${lab.ariUser.password}" }
  ami: { host: 127.0.0.1, port: ${lab.ports.ami}, username: earshot, secret: "${lab.amiUser.secret}" }
  endpoint: "PJSIP/{extension}"
  supervisionEndpoint: "PJSIP/{extension}-sup"
policy: { hidden: allowed }
mqtt: { embedded: { listen: "127.0.0.1:0" } }
`;
  }

  const earshot = (...words: readonly string[]): ReturnType<typeof runCommand> =>
    runCommand(process.execPath, ["--import", "tsx", main, ...words, "--config", join(folder, "earshot.yaml")]);

  it("is written as for people and phones of the file: what that PBX runs with", async () => {
    const { stdout, stderr } = await earshot("pbx", "setup", "--json", "--from", "127.0.0.1");
    expect(stderr).toBe("");
    const { files } = JSON.parse(stdout) as { files: readonly { name: string; text: string }[] };
    const text = (name: string): string => files.find((file) => file.name === name)?.text ?? expect.fail(name);
    expect(text("extensions.conf")).toMatch(/^exten => lamp2001-coach,hint,Stasis:lamp2001-coach$/m);
    expect(etc["extensions.conf"]).toContain(text("extensions.conf"));
    expect(etc["pjsip.conf"]).toContain(text("pjsip.conf"));
  });

  it("is looked up for them by check, which has nothing to complain of", async () => {
    const { stdout, code } = await earshot("check");
    expect(stdout).toMatch(/^ok +pjsip\.conf endpoints of people/m);
    expect(stdout).toMatch(/^ok +pjsip\.conf supervision accounts password/m);
    expect(stdout).toMatch(/^ok +extensions\.conf \[earshot-lamps\] +/m);
    expect(stdout).not.toMatch(/^(?:note|FAIL)/m);
    expect(code).toBe(0);
  });

  it("that has no hint for the phone of the database is told so by check", async () => {
    const another: ConfiguredPhone = { ...desk, mac: "805ec0aa2002" as Mac, owner: "2002" as PersonId };
    const store = new EmbeddedStore(join(folder, "data"), await loadSecrets(join(folder, "data")));
    await store.start();
    await store.phones.order({ drop: [], put: [another] });
    await store.stop();
    const { stdout } = await earshot("check");
    expect(stdout).toMatch(/^note +extensions\.conf \[earshot-lamps\] .*no hint for lamp2002-listen/m);
  });
});
