import { createHash, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

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

function subscribe(
  mac: string,
  port: number,
  contact = address,
): { readonly text: string; readonly lines: readonly string[] } {
  const user = `sip:MAC%3a${mac}`;
  const lines = [
    `Via: SIP/2.0/UDP ${address}:${port};branch=z9hG4bK${randomBytes(4).toString("hex")}`,
    `From: <${user}@${sip.group}>;tag=${randomBytes(4).readUInt32BE()}`,
    `To: <${user}@${sip.group}>`,
    `Call-ID: ${randomBytes(4).readUInt32BE()}@${address}`,
    "CSeq: 1 SUBSCRIBE",
  ];
  const rest = [
    `Contact: <${user}@${contact}:${port}>`,
    "Max-Forwards: 70",
    "Expires: 0",
    'Event: ua-profile;profile-type="device";vendor="Yealink";model="SIP-T46U";version="108.86.0.20"',
    "Accept: application/url",
    "Content-Length: 0",
  ];
  return { text: `SUBSCRIBE ${user}@${sip.group} SIP/2.0\r\n${[...lines, ...rest].join("\r\n")}\r\n\r\n`, lines };
}

/** Boots as a phone: asks (again, as nothing is certain by UDP) until it has its NOTIFY. What comes before its own answer is counted. */
async function boot(mac: string, socket: Socket): Promise<object> {
  const { text, lines } = subscribe(mac, socket.address().port);
  const callId = lines[3] ?? "";
  let strange = 0;
  const wrong: string[] = [];
  let accepted: string | undefined;
  const ask = (): void => socket.send(text, sip.port, sip.group);
  const asking = setInterval(ask, 500);
  ask();
  try {
    for (;;) {
      const [datagram, from] = (await once(socket, "message")) as [Buffer, { address: string; port: number }];
      const message = datagram.toString("latin1");
      const [head = "", body = ""] = message.split("\r\n\r\n");
      if (!head.includes(`\r\n${callId}\r\n`)) {
        strange += 1;
        continue;
      }
      if (head.startsWith("SIP/2.0 200 ")) {
        const tagged = /\r\nTo: (.*)\r\n/.exec(head)?.[1];
        for (const line of [lines[0], lines[1], lines[3], lines[4]]) {
          if (!head.includes(`\r\n${line}\r\n`)) wrong.push(`not echoed: ${line}`);
        }
        if (!tagged?.startsWith(`${lines[2]?.slice(4)};tag=`)) wrong.push(`To is ${tagged}`);
        accepted = tagged;
      } else if (head.startsWith("NOTIFY ")) {
        const has = (line: string): void => {
          if (!`${head}\r\n`.includes(`\r\n${line}\r\n`)) wrong.push(`no ${line}`);
        };
        if (accepted === undefined) wrong.push("NOTIFY before 200");
        has(`From: ${accepted}`);
        has(`To: ${lines[1]?.slice(6)}`);
        has("Content-Type: application/url");
        has("Subscription-State: terminated;reason=timeout");
        has(`Content-Length: ${body.length}`);
        const echoed = head.split("\r\n").filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line));
        socket.send(`SIP/2.0 200 OK\r\n${echoed.join("\r\n")}\r\nContent-Length: 0\r\n\r\n`, from.port, from.address);
        return { url: body, from: from.address, wrong, strange };
      }
    }
  } finally {
    clearInterval(asking);
  }
}

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
