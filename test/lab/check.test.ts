import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../scenarios/bench.ts";
import { CallCentre } from "./call-centre.ts";
import { now } from "./clock.ts";
import { counted, NotMeasured } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
const main = resolve(import.meta.dirname, "../../src/main.ts");

const secondAccount = `  supervisionEndpoint: "PJSIP/{extension}-sup"\n`;
const people = `people:
  - { extension: "3001", name: Kim Osei, role: team-manager, teams: [support] }
  - { extension: "2001", name: Ana Ruiz, role: agent, teams: [support] }
`;

describe(`earshot check against Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const centre = new CallCentre();
  let folder: string;

  beforeAll(async () => {
    await centre.start();
    folder = await mkdtemp(join(tmpdir(), "earshot-check-"));
  });

  afterAll(async () => {
    await centre.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function check(
    passwords: { ari?: string; ami?: string } = {},
    { second = "", people = "" } = {},
  ): Promise<{ code: number; text: string }> {
    const { lab } = centre;
    const config = `http: { listen: "127.0.0.1:0", publicUrl: "http://127.0.0.1:9" }
data: ${join(folder, "data")}
pbx:
  kind: asterisk
  ari: { url: "${lab.ariUrl}", username: earshot, password: "${passwords.ari ?? lab.ariUser.password}" }
  ami: { host: 127.0.0.1, port: ${lab.ports.ami}, username: earshot, secret: "${passwords.ami ?? lab.amiUser.secret}" }
${second}policy: { hidden: allowed }
mqtt: { embedded: { listen: "127.0.0.1:0" } }
${people}`;
    const file = join(folder, "earshot.yaml");
    await writeFile(file, config, { mode: 0o600 });
    return new Promise((done) => {
      execFile(process.execPath, ["--import", "tsx", main, "check", "--config", file], (error, stdout, stderr) => {
        done({ code: error ? Number(error.code) : 0, text: stdout + stderr });
      });
    });
  }

  it("names Asterisk's version, tries AMI and the broker, and says that Hidden shows on busy lamps", async () => {
    const { code, text } = await check();
    expect(text).toMatch(/ok\s+pbx\.ari\s+Asterisk 22\.\d+/);
    expect(text).toMatch(/ok\s+pbx\.ami/);
    expect(text).toMatch(/ok\s+mqtt/);
    expect(text).toMatch(/note .*supervisionEndpoint/);
    expect(code).toBe(0);
  });

  it("tells every setting by name, and what nobody can see by a question mark", async () => {
    const { code, text } = await check({}, { second: secondAccount, people });
    expect(text).toMatch(/^ok +pjsip\.conf \[earshot-supervision\] allow_transfer +in force: no$/m);
    expect(text).toMatch(/^\? +queues\.conf \[earshot-queue\] setqueuevar +right in the file/m);
    expect(text).toMatch(/^\? +pjsip\.conf supervision accounts password +cannot be seen: .*secret\.key/m);
    expect(text).not.toMatch(/^(?:note|FAIL)/m);
    expect(text).not.toContain(centre.lab.ariUser.password);
    expect(text).not.toContain(centre.lab.amiUser.secret);
    expect(code).toBe(0);
  });

  it("says so when the PBX refuses the password, and does not show it", async () => {
    const { code, text } = await check({ ari: "wrong-word", ami: "wrong-word" });
    expect(text).toMatch(/FAIL\s+pbx\.ari\s+.*refused the user or password/);
    expect(text).toMatch(/FAIL\s+pbx\.ami\s+.*refused the user or secret/);
    expect(text).not.toContain("wrong-word");
    expect(code).toBe(1);
  });

  it("never throws a running gateway out, and no call hears that it looks", () => counted(lookDuringACall));

  async function lookDuringACall(): Promise<void> {
    const call = await centre.connect("2001");
    const from = now();
    const { text } = await check({}, { second: secondAccount, people });
    const to = now();
    expect(text).toMatch(/^ok +ari\.conf \[general\] channelvars +in force: all are there, as a call shows$/m);
    await call.agentEar.until(to);
    const missed = await call.agentEar.missed(TONES.customer, from, to);
    await until(centre.at.page, /Ana Ruiz/);
    expect(centre.bench.lines.filter((line) => /replaced/i.test(line))).toEqual([]);
    await call.customer.hangUp();
    await call.agent.ended();
    if (missed > 0) throw new NotMeasured([`the agent missed ${missed} frames of the customer in a row`]);
  }
});
