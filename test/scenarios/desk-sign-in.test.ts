import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { AuditEntry, PbxAction, Phone } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { YealinkPhone as Yealink } from "../lab/phones/yealink.ts";
import { ana, root } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";
import { DeskBrowser } from "./desk-browser.ts";

const password = "correct horse battery";
const right = { person: root.id, password };

let pbx: SimulatorPbx;
let bench: GatewayBench;
let origin: string;
let actions: PbxAction[];
let browsers: DeskBrowser[];
let phones: YealinkPhone[];

beforeEach(async () => {
  browsers = [];
  phones = [];
  actions = [];
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const execute = pbx.execute.bind(pbx);
  pbx.execute = (action) => {
    actions.push(action);
    return execute(action);
  };
  bench = new GatewayBench({ pbx, config: { desk: { kind: "accounts", accounts: [right] } } });
  await bench.start();
  origin = new URL(await bench.launcher(phoneOf.kim)).origin;
});

afterEach(async () => {
  for (const one of browsers) await one.stop();
  for (const one of phones) await one.stop();
  await bench.stop();
});

function browser(): DeskBrowser {
  const made = new DeskBrowser(origin);
  browsers.push(made);
  return made;
}

async function signedIn(): Promise<DeskBrowser> {
  const desk = browser();
  expect((await desk.post("/desk/sign-in", right)).status).toBe(204);
  await desk.open();
  await desk.until(() => desk.last("floor") !== undefined);
  return desk;
}

const urlOf = (desk: DeskBrowser): string => desk.last("hello")?.phones[0]?.url ?? "";
const tokenOf = (desk: DeskBrowser): string => urlOf(desk).split("/").at(-2) ?? "";
const record = (): Promise<readonly AuditEntry[]> => bench.gateway.audit({ limit: 100 });

async function drawn(desk: DeskBrowser): Promise<YealinkPhone> {
  const phone = new Yealink();
  phones.push(phone);
  await phone.open(urlOf(desk));
  return phone;
}

function talk(): ReturnType<SimulatorPbx["incoming"]> {
  const call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
  call.answer();
  return call;
}

describe("signing in", () => {
  it("nobody reads or asks for anything without it", async () => {
    const desk = browser();
    expect((await desk.get("/desk/stream")).status).toBe(401);
    expect((await desk.post("/desk/leg", { mac: phoneOf.root })).status).toBe(401);
    desk.cookie = "earshot-desk=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    expect((await desk.get("/desk/stream")).status).toBe(401);
  });

  it("gives a cookie that no script and no other site can use", async () => {
    const { headers } = await browser().post("/desk/sign-in", right);
    const cookie = String(headers["set-cookie"]);
    expect(cookie).toMatch(/^earshot-desk=[\w-]{43}; /);
    expect(cookie).toMatch(/Max-Age=43200; Path=\/desk; HttpOnly; SameSite=Strict$/);
  });

  it("says who it is and that there is one phone, of nobody's", async () => {
    talk();
    const desk = await signedIn();
    const hello = desk.last("hello");
    expect(hello?.you).toEqual({ person: root.id, name: "Root" });
    expect(hello?.phones).toMatchObject([{ vendor: "yealink", model: "T46U", person: root.id, hook: "real" }]);
    expect(hello?.phones[0]?.mac).toMatch(/^02[0-9a-f]{10}$/);
    expect(hello?.legs).toMatchObject({ choices: [{ mac: phoneOf.root, model: "T46U" }], chosen: phoneOf.root });
    expect(hello?.pace).toBeUndefined();
    expect(urlOf(desk)).not.toBe(await bench.launcher(phoneOf.root));
    expect((await drawn(desk)).title()).toMatch(/Live calls/);
  });

  it("refuses a wrong password and an unknown name alike, and the record has the first", async () => {
    const desk = browser();
    const wrong = await desk.post("/desk/sign-in", { ...right, password: "wrong" });
    const unknown = await desk.post("/desk/sign-in", { ...right, person: "nobody" });
    expect([wrong.status, wrong.text]).toEqual([401, '{"sentence":"Person or password is wrong."}']);
    expect(unknown.text).toBe(wrong.text);
    await expect
      .poll(async () => (await record()).map(({ act, outcome, detail }) => `${act} ${outcome} ${detail}`))
      .toEqual(["desk-sign-in refused wrong password"]);
  });

  it("five wrong passwords lock the person out, the right one too, and it is logged and on record", async () => {
    const desk = browser();
    const attempt = async (): Promise<number> =>
      (await desk.post("/desk/sign-in", { ...right, password: "wrong" })).status;
    const all = [await attempt(), await attempt(), await attempt(), await attempt(), await attempt()];
    expect(all).toEqual([401, 401, 401, 401, 429]);
    expect((await desk.post("/desk/sign-in", right)).status).toBe(429);
    expect(bench.lines.filter((line) => /sign-in at the desk was refused.*locked/.test(line))).toHaveLength(2);
    await expect.poll(async () => (await record()).at(-1)?.detail).toMatch(/locked out/);
  });

  it("a flood of sign-ins from one address is turned away, whatever the names", async () => {
    const desk = browser();
    const flood = Array.from({ length: 40 }, (_, index) =>
      desk.post("/desk/sign-in", { person: `nobody${index}`, password: "x" }),
    );
    const statuses = (await Promise.all(flood)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    expect(bench.lines.filter((line) => line.includes("sign-in at the desk"))).toHaveLength(30);
  });

  it("the real PBX's desk has no hooks, no pace and no raised hand", async () => {
    const desk = await signedIn();
    const paths = ["/desk/pace", `/desk/handset/${phoneOf.ana}/answer`, `/desk/help/${phoneOf.ana}`];
    const replies = await Promise.all(paths.map((path) => desk.post(path, { speed: 1, raised: true })));
    expect(replies.map(({ status }) => status)).toEqual([405, 405, 405]);
  });
});

describe("a drawn phone on a real PBX", () => {
  it("R21 rings the chosen phone of that administrator, and the record says so", async () => {
    talk();
    const desk = await signedIn();
    const phone = await drawn(desk);
    await phone.press("Listen");
    await phone.press("Hidden");
    await until(phone, /Nobody hears you/);
    expect(actions.find(({ type }) => type === "ring")).toMatchObject({
      extension: root.extension,
      mac: phoneOf.root,
      from: "",
    });
    const [, begun] = await record();
    expect(begun).toMatchObject({ act: "listen", outcome: "allowed", supervisor: root.id, phone: phoneOf.root });
    expect(begun?.detail).toContain(desk.last("hello")?.phones[0]?.mac);
  });

  it("cannot choose the phone of somebody else", async () => {
    const desk = await signedIn();
    const reply = await desk.post("/desk/leg", { mac: phoneOf.kim });
    expect([reply.status, reply.text]).toEqual([403, '{"sentence":"This is not a phone of yours."}']);
    expect((await desk.post("/desk/leg", { mac: phoneOf.root })).status).toBe(204);
    await desk.until(() => desk.all("hello").length === 2);
  });

  it("its key is dead after sign-out, the stream ends, and what it led ends", async () => {
    talk();
    const desk = await signedIn();
    const phone = await drawn(desk);
    await phone.press("Listen");
    await phone.press("Hidden");
    await until(phone, /Nobody hears you/);
    expect((await desk.post("/desk/sign-out", {})).status).toBe(204);
    await desk.until(() => desk.ended);
    expect((await browser().get(new URL(urlOf(desk)).pathname)).status).toBe(404);
    expect((await desk.get("/desk/stream")).status).toBe(401);
    await expect.poll(() => pbx.hearing().filter(({ listener }) => !listener.startsWith("sim-"))).toEqual([]);
    await expect
      .poll(async () => (await record()).map(({ act }) => act).sort())
      .toEqual(["desk-sign-in", "desk-sign-out", "ended", "leave", "listen"]);
  });
});

describe("R21 two phones of an administrator", () => {
  it("none rings before one is chosen, then that one does", async () => {
    await bench.stop();
    const owner = { owner: root.id, vendor: "yealink", model: "T46U", answer: "auto" } as const;
    const config = { desk: { kind: "accounts", accounts: [right] }, phones: [] as Phone[] } as const;
    config.phones.push({ ...owner, mac: phoneOf.root }, { ...owner, mac: phoneOf.max });
    bench = new GatewayBench({ pbx, config });
    await bench.start();
    origin = new URL(await bench.launcher(phoneOf.root)).origin;
    talk();
    const desk = await signedIn();
    expect(desk.last("hello")?.legs?.chosen).toBeUndefined();
    const phone = await drawn(desk);
    await phone.press("Listen");
    await phone.press("Hidden");
    expect(phone.text()).toMatch(/Choose the phone that is to ring first/);
    expect(actions.filter(({ type }) => type === "ring")).toEqual([]);
    expect((await desk.post("/desk/leg", { mac: phoneOf.max })).status).toBe(204);
    await desk.until(() => desk.last("hello")?.legs?.chosen === phoneOf.max);
    await phone.open(urlOf(desk));
    await phone.press("Listen");
    await phone.press("Hidden");
    await until(phone, /Nobody hears you/);
    expect(actions.find(({ type }) => type === "ring")).toMatchObject({ mac: phoneOf.max });
  });
});

describe("R12 an administrator's own call", () => {
  it("is not on their floor: it goes when they join it, and no hidden supervision of it shows", async () => {
    const desk = await signedIn();
    const own = pbx.internal({ from: ana.id, to: root.id });
    const other = talk();
    await desk.until(() => desk.last("call")?.call.id === other.callId);
    expect(desk.all("call").map(({ call }) => call.id)).not.toContain(own.callId);
  });

  it("the rows about it come after the call", async () => {
    const desk = await signedIn();
    const own = pbx.internal({ from: ana.id, to: root.id });
    own.answer();
    const phone = await bench.phone(phoneOf.kim);
    await phone.press("Listen");
    await phone.press("Hidden");
    await until(phone, /Nobody hears you/);
    await bench.gateway.audit({ limit: 1 });
    const late = await signedIn();
    expect([desk, late].flatMap((one) => one.all("audit").filter(({ row }) => row.act === "listen"))).toEqual([]);
    own.hangUp();
    await desk.until(() => desk.all("audit").some(({ row }) => row.act === "listen"));
    await late.until(() => late.all("audit").some(({ row }) => row.act === "ended"));
  });
});

describe("the log", () => {
  it("has no password, no cookie and no token", async () => {
    talk();
    const desk = await signedIn();
    const phone = await drawn(desk);
    await phone.press("Listen");
    const secrets = [password, tokenOf(desk), desk.cookie?.split("=")[1] ?? ""];
    await desk.post("/desk/sign-in", { ...right, password: `${password}!` });
    await desk.post("/desk/sign-out", {});
    expect(secrets.every((secret) => secret.length > 20)).toBe(true);
    expect(bench.lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
    expect(bench.lines.some((line) => line.includes("A press was answered") || line.includes("refused"))).toBe(true);
  });
});
