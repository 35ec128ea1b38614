import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createInterface } from "node:readline";
import { setTimeout as rhythm } from "node:timers/promises";
import type { Account } from "./accounts.ts";
import { Ear, measured } from "./meter.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import type { BoxedPhone } from "./phones/boxed.ts";
import { BoxedPolycom } from "./phones/boxed-polycom.ts";
import { BoxedYealink } from "./phones/boxed-yealink.ts";
import type { DeskPhone } from "./phones/desk-phone.ts";
import { Phones } from "./phones.ts";
import { CODES, TONES } from "./voices.ts";

/*
 * The floor of an office, on a host of its own: the phones of an agent and a customer, and one fresh from its box, told line by
 * line what to do. Each line is answered by one line. Nothing of earshot runs here.
 */

/** What the floor is told at its beginning. */
export interface FloorOptions {
  /** Where phones register. */
  readonly pbx: { readonly host: string; readonly sip: number };
  readonly agent: Account;
  readonly customer: Account;
  /** What DNS says here. */
  readonly names: Readonly<Record<string, string>>;
  /** The address of those who have their phone already, and of the one that is fresh from its box. */
  readonly address: string;
  readonly desk: string;
}

/** A phone that is taken out of its box. */
export interface Unboxed {
  readonly make: "yealink" | "polycom";
  readonly mac: string;
  /** Authorities that its factory has put into it (PEM). */
  readonly builtIn: readonly string[];
  /** What DHCP says of a server of files. */
  readonly dhcp?: string;
}

/** What is to be seen of a phone once it has started. */
export interface Started {
  readonly complaints: readonly string[];
  /** `GET https://… 200`, or why a certificate was refused. */
  readonly fetched: readonly string[];
  readonly registered: readonly string[];
}

const options = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as FloorOptions;
const phones = new Phones({ host: options.pbx.host, ports: { sip: options.pbx.sip } });
let agent: Phone;
let customer: Phone;
let agentCall: PhoneCall | undefined;
let box: BoxedPhone | undefined;
let desk: DeskPhone | undefined;
const lines: Phone[] = [];

async function start(): Promise<object> {
  const { agent: ana, customer: carla, address } = options;
  await phones.start();
  agent = await phones.add({ account: ana, hz: TONES.agent, media: { address } });
  customer = await phones.add({ account: carla, hz: TONES.customer, media: { address } });
  return {};
}

/** Out of the box, cable in: all that it does by itself until it is registered. */
async function plugIn({ make, mac, builtIn, dhcp }: Unboxed): Promise<Started> {
  const lan = { address: options.desk, names: options.names };
  box =
    make === "yealink"
      ? new BoxedYealink({ mac, lan, builtIn })
      : new BoxedPolycom({ mac, lan, builtIn, dhcp: dhcp === undefined ? {} : { 160: dhcp } });
  return powerOn();
}

async function powerOn(): Promise<Started> {
  if (!box) throw new Error("there is no phone");
  await takeLines();
  await box.powerOn();
  for (const { user, auth, password, name, server, port } of box.lines()) {
    if (auth !== user) throw new Error(`the lab's phones sign in as ${user}, not as ${auth}`);
    const account: Account = { user, password, name, extension: undefined, kind: "phone" };
    const phone = await phones.add({
      ...{ account, name: `${user} ${randomUUID()}`, userAgent: box.sipAgent, peer: { host: server, port } },
      ...{ hz: CODES[0].forbidden, obeyAutoAnswer: box.answersItself, media: { address: options.desk } },
    });
    lines.push(phone);
  }
  const fetched = box.fetched.map(
    ({ method, url, status, refused, signedIn }) =>
      `${method} ${url} ${refused ?? status}${signedIn ? " by password" : ""}`,
  );
  return { complaints: box.complaints, fetched, registered: lines.map(({ name }) => name.split(" ")[0] ?? "") };
}

/** The customer calls the agent, who answers. */
async function call(): Promise<object> {
  const out = await customer.dial("2001", { identity: { number: "+4930123456", name: "Carla Voss" } });
  agentCall = await agent.incoming();
  await agentCall.answer();
  await out.answered();
  await new Ear(agentCall).hears(TONES.customer);
  return {};
}

/** Presses the key for the app, and again as a person would, until the page says so. */
async function open(says: string): Promise<object> {
  desk ??= box?.desk();
  if (!desk || !box) throw new Error("there is no phone");
  const end = performance.now() + 20_000;
  for (;;) {
    await desk.open(box.launcher());
    if (new RegExp(says).test(`${desk.title()}\n${desk.text()}`)) break;
    if (performance.now() > end) throw new Error(`the phone never said ${says}:\n${desk.screen}`);
    await rhythm(100);
  }
  return { screen: desk.screen, keys: desk.keys() };
}

/** Listen by the keys of the phone; what its second line hears, and what the others hear of it. */
async function listen(): Promise<object> {
  const line = lines.find(({ name }) => name.startsWith("3001-sup"));
  if (!desk || !line || !agentCall) throw new Error("nobody can listen yet");
  // A browser has no softkeys: there the row of a call leads to what can be done with it.
  if (!desk.keys().includes("Listen")) {
    desk.select(desk.rows().findIndex((row) => row.includes("Ana Ruiz")));
    await desk.ok();
  }
  await desk.press("Listen");
  const [leg] = await Promise.all([line.incoming(20_000), desk.press("Visible")]);
  const ear = new Ear(leg);
  await ear.hears(TONES.agent);
  await ear.hears(TONES.customer);
  const question = { other: TONES.agent, expect: [TONES.customer], forbid: [CODES[0].forbidden] };
  const cell = await measured(() => ear.listen(1_000, question));
  const leaks = await new Ear(agentCall).leaks([CODES[0].forbidden]);
  return { frames: cell.frames, missing: cell.missing, leaks: leaks.length };
}

/** A phone that is started again has the port of before, these have another: so its lines are taken back first. */
async function takeLines(): Promise<void> {
  for (const line of lines.splice(0)) {
    await line.unregister();
    await phones.remove(line);
  }
}

/** Everybody hangs up, and the phone is taken away. */
async function unplug(): Promise<object> {
  await phones.hangUpAll();
  await takeLines();
  await desk?.stop();
  [desk, box, agentCall] = [undefined, undefined, undefined];
  return {};
}

/** Somebody's server of files: what it has at which path. */
export interface Shelf {
  readonly port: number;
  /** None where it is plain HTTP. */
  readonly tls?: Pair;
  readonly files: Readonly<Record<string, string>>;
}
interface Pair {
  readonly key: string;
  readonly certificate: string;
}
const shelves: { close(): void }[] = [];
async function shelf({ port, tls, files }: Shelf): Promise<object> {
  const give: RequestListener = (request, reply) => {
    const text = files[request.url ?? ""];
    reply.writeHead(text === undefined ? 404 : 200, { "content-type": "text/plain" }).end(text ?? "");
  };
  const server = tls ? createSecureServer({ key: tls.key, cert: tls.certificate }, give) : createServer(give);
  server.listen(port, options.address);
  await once(server, "listening");
  shelves.push(server);
  return {};
}

async function clear(): Promise<object> {
  for (const server of shelves.splice(0)) server.close();
  return {};
}

const works: Readonly<Record<string, (given: never) => Promise<object>>> = {
  ...{ start, plugIn, powerOn, call, open, listen, unplug, shelf, clear },
};

const answer = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { work, on } = JSON.parse(line) as { readonly work: string; readonly on: string };
  try {
    answer({ done: (await works[work]?.(JSON.parse(on || "null") as never)) ?? null });
  } catch (error) {
    answer({ failed: error instanceof Error ? error.message : String(error) });
  }
}
await phones.stop();
process.exit(0);
