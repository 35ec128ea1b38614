import { createHash, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { askPnp, type Profile, subscribe as subscribeOf } from "./phones/pnp.ts";

/*
 * A device on a network of its own, run there as a process: `node discovery-device.ts <work> <address> <more>`. Writes one
 * line of JSON. It speaks SIP PnP as phones are documented to (RFC 6080 with Yealink's parameters), and SSDP by UPnP 1.1.
 */

const [work = "", address = "", more = ""] = process.argv.slice(2);
const sip = { group: "224.0.1.75", port: 5060 };
const upnp = { group: "239.255.255.250", port: 1900 };

async function bound(port = 0, group?: string): Promise<Socket> {
  const socket = createSocket({ type: "udp4", reuseAddr: port !== 0 });
  socket.bind(port, group ?? address);
  await once(socket, "listening");
  if (group) socket.addMembership(group, address);
  else socket.setMulticastInterface(address);
  return socket;
}

const profileOf = (mac: string): Profile => ({ mac, vendor: "Yealink", model: "SIP-T46U", version: "108.86.0.20" });
const subscribe = (mac: string, port: number, contact = address) =>
  subscribeOf(profileOf(mac), { address, port, contact });
const boot = (mac: string, socket: Socket): Promise<object> => askPnp(profileOf(mac), address, socket);

/** Numbers that look random and are the same each time. */
function numbers(seed: string): (below: number) => number {
  let count = 0;
  return (below) => createHash("sha256").update(`${seed}:${count++}`).digest().readUInt32BE() % below;
}

/** A datagram that no phone sends: noise, a question with some of its bytes changed, or one with a header twice or none. */
function hostile(random: (below: number) => number, port: number): Buffer {
  const good = Buffer.from(subscribe("805ec0ffffff", port).text);
  switch (random(5)) {
    case 0:
      return randomBytes(1 + random(1_400));
    case 1: {
      const lines = good.toString("latin1").split("\r\n");
      lines.splice(1 + random(6), 1);
      return Buffer.from(lines.join("\r\n"), "latin1");
    }
    case 2: {
      const lines = good.toString("latin1").split("\r\n");
      const at = 2 + random(5);
      lines.splice(at, 0, lines[at] ?? "");
      return Buffer.from(lines.join("\r\n"), "latin1");
    }
    case 3:
      return Buffer.from(good.toString("latin1").replace("Event: ua-profile", "Event: \r\n\0ua-profile"), "latin1");
    default:
      return Buffer.from(
        `${["INVITE", "OPTIONS", "REGISTER", "NOTIFY"][random(4)]} ${good.toString("latin1").slice(10)}`,
        "latin1",
      );
  }
}

async function flood(count: number): Promise<object> {
  const socket = await bound();
  const random = numbers(more);
  let [received, bytes] = [0, 0];
  socket.on("message", (datagram: Buffer) => {
    received += 1;
    bytes += datagram.length;
  });
  for (let sent = 0; sent < count; sent += 1) {
    const datagram = hostile(random, socket.address().port);
    const { group, port } = random(2) === 0 ? sip : upnp;
    await new Promise((done) => socket.send(datagram, port, group, done));
    // Somebody else reads these as fast as they can, on the same processor.
    if (sent % 50 === 0) await new Promise(setImmediate);
  }
  // Its own answer comes behind all that would have been answered before.
  const own = await bound();
  const booted = await boot("805ec0aabb99", own);
  own.close();
  socket.close();
  return { received, bytes, booted };
}

async function search(): Promise<object> {
  const socket = await bound();
  const target = "urn:earshot-supervision:device:Gateway:1";
  const text = `M-SEARCH * HTTP/1.1\r\nHOST: ${upnp.group}:${upnp.port}\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ${target}\r\n\r\n`;
  const ask = (): void => socket.send(text, upnp.port, upnp.group);
  const asking = setInterval(ask, 1_000);
  ask();
  const [datagram] = (await once(socket, "message")) as [Buffer];
  clearInterval(asking);
  socket.close();
  const location = /\r\nLOCATION: (\S+)\r\n/i.exec(datagram.toString())?.[1] ?? "";
  const reply = await fetch(location);
  return {
    asked: text.length,
    answered: datagram.toString(),
    type: reply.headers.get("content-type"),
    description: await reply.text(),
  };
}

/** Announces a device until it is told to end. */
async function announce(): Promise<object> {
  const socket = await bound();
  const text = [
    "NOTIFY * HTTP/1.1",
    `HOST: ${upnp.group}:${upnp.port}`,
    "NT: upnp:rootdevice",
    "NTS: ssdp:alive",
    "USN: uuid:2fac1234-31f8-11b4-a222-08002b34c003::upnp:rootdevice",
    `LOCATION: http://${address}/secret.xml`,
    "CACHE-CONTROL: max-age=1800",
    "SERVER: Linux/3.4 UPnP/1.0 <b>&\"' Busylight/2.1",
    "",
    "",
  ].join("\r\n");
  await new Promise((done) => socket.send(text, upnp.port, upnp.group, done));
  socket.close();
  return {};
}

/** Asks as somebody whose answers are to go to another: the other says what came. */
async function forge(): Promise<object> {
  const victim = createSocket("udp4");
  victim.bind(0, more);
  await once(victim, "listening");
  let received = 0;
  victim.on("message", () => {
    received += 1;
  });
  const socket = await bound();
  for (let sent = 0; sent < 20; sent += 1) {
    socket.send(subscribe("805ec0aabb66", victim.address().port, more).text, sip.port, sip.group);
  }
  const booted = await boot("805ec0aabb67", socket);
  victim.close();
  socket.close();
  return { received, booted };
}

/** Asks and asks; how much comes back. */
async function searches(): Promise<object> {
  const socket = await bound();
  let received = 0;
  socket.on("message", () => {
    received += 1;
  });
  const text = `M-SEARCH * HTTP/1.1\r\nHOST: ${upnp.group}:${upnp.port}\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n`;
  for (let sent = 0; sent < 300; sent += 1) {
    await new Promise((done) => socket.send(text, upnp.port, upnp.group, done));
  }
  const own = await bound();
  const booted = await boot("805ec0aabb98", own);
  own.close();
  socket.close();
  return { received, booted };
}

/** Waits until the gateway says goodbye, and tells that it listens first. */
async function goodbye(): Promise<object> {
  const socket = await bound(upnp.port, upnp.group);
  process.stdout.write(`${JSON.stringify({ listening: true })}\n`);
  for (;;) {
    const [datagram] = (await once(socket, "message")) as [Buffer];
    if (!/\r\nNTS: ssdp:byebye\r\n/.test(datagram.toString())) continue;
    socket.close();
    return { goodbye: datagram.toString() };
  }
}

/** Somebody else's program that has both ports, and shares them with nobody, until its input ends. */
async function hold(): Promise<object> {
  const sockets = [sip.port, upnp.port].map((port) => createSocket("udp4").bind(port));
  await Promise.all(sockets.map((socket) => once(socket, "listening")));
  process.stdout.write(`${JSON.stringify({ holding: true })}\n`);
  process.stdin.resume();
  await once(process.stdin, "end");
  for (const socket of sockets) socket.close();
  return {};
}

/** Asks once; what has come by the time its input ends is told. */
async function ask(): Promise<object> {
  const socket = await bound();
  let received = 0;
  socket.on("message", () => {
    received += 1;
  });
  socket.send(subscribe(more, socket.address().port).text, sip.port, sip.group);
  process.stdin.resume();
  await once(process.stdin, "end");
  socket.close();
  return { received };
}

async function bootOnce(): Promise<object> {
  const socket = await bound();
  const booted = await boot(more, socket);
  socket.close();
  return booted;
}

const works: Readonly<Record<string, () => Promise<object>>> = {
  boot: bootOnce,
  flood: () => flood(5_000),
  ...{ ask, hold, search, searches, announce, forge, goodbye },
};
const done = await works[work]?.();
process.stdout.write(`${JSON.stringify(done)}\n`);
