import { once } from "node:events";
import type { createServer, Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { limitedServer } from "../../../src/http/limits.ts";

/** As `http/connections.ts` has them. */
const mostConnections = { address: 512, network: 1_024 } as const;

let server: Server;
let front: ReturnType<typeof createTcpServer>;
let port: number;
let told: (readonly [what: string, from: string])[];
let open: Socket[];
/** The same, as the server has them. */
let accepted: Socket[];
/** Whom the next connection comes from, as far as the server sees. */
let next: string;

beforeEach(async () => {
  told = [];
  open = [];
  accepted = [];
  server = limitedServer((_, response) => void response.end("ok"), {
    tell: (what: string, from: string) => void told.push([what, from]),
  } as never) as ReturnType<typeof createServer>;
  // Connections come by another door alone, but to a server that serves.
  server.listen(0, "127.0.0.1");
  front = createTcpServer((socket) => {
    Object.defineProperty(socket, "remoteAddress", { value: next });
    accepted.push(socket);
    server.emit("connection", socket);
  });
  front.listen(0, "127.0.0.1");
  await Promise.all([once(front, "listening"), once(server, "listening")]);
  port = (front.address() as AddressInfo).port;
});

afterEach(() => {
  for (const socket of open) socket.destroy();
  front.close();
  server.close();
});

async function from(address: string): Promise<Socket> {
  next = address;
  const arrived = once(front, "connection");
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  open.push(socket);
  await arrived;
  return socket;
}

async function many(count: number, address: (at: number) => string): Promise<void> {
  for (let at = 0; at < count; at += 1) await from(address(at));
}

const soon = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });
const get = "GET / HTTP/1.1\r\nHost: earshot\r\n\r\n";

/** What a connection from there is answered. Who has waited too long behind others may come again. */
async function answerTo(address: string, times = 1): Promise<string> {
  const socket = await from(address);
  socket.write(get);
  const closed = new Promise<undefined>((done) => socket.once("close", () => done(undefined)));
  const chunk = await Promise.race([once(socket, "data") as Promise<[Buffer]>, closed]);
  if (chunk) return chunk[0].toString("latin1").split("\r\n")[0] ?? "";
  return times > 1 ? answerTo(address, times - 1) : "nothing";
}

/** Those of an address or a network that has too many. */
const tooMany = () => told.filter(([what]) => what === "An address has too many connections");

describe("an IPv6 network of 64 bits", () => {
  it("has half of all connections at most, whatever addresses it takes", async () => {
    await many(mostConnections.network, (at) => `2001:db8:0:1::${at.toString(16)}`);
    expect(tooMany()).toEqual([]);
    await from("2001:db8:0:1:ffff::1");
    expect(tooMany()).toEqual([["An address has too many connections", "2001:db8:0:1:ffff::1"]]);
    expect(await answerTo("2001:db8:0:2::1")).toBe("HTTP/1.1 200 OK");
    expect(await answerTo("192.0.2.7")).toBe("HTTP/1.1 200 OK");
  });

  it("has room again for as many as have gone", async () => {
    await many(mostConnections.network, (at) => `2001:db8:0:1::${at.toString(16)}`);
    const gone = accepted.at(-1);
    const closed = once(gone ?? expect.fail("nobody came"), "close");
    open.at(-1)?.destroy();
    await closed;
    expect(await answerTo("2001:db8:0:1:ffff::1", 3)).toBe("HTTP/1.1 200 OK");
    expect(tooMany()).toEqual([]);
  });

  it("shuts out the one address that asked for many things at a time, and no phone beside it", async () => {
    const greedy = await from("2001:db8:0:1::1");
    greedy.write(get.repeat(50));
    await soon(() => told).toEqual([["A connection asked for many things at a time", "2001:db8:0:1::1"]]);
    const again = await from("2001:db8:0:1::1");
    const ended = new Promise((done) => again.once("close", done));
    let said = "";
    again.on("data", (chunk: Buffer) => {
      said += chunk.toString("latin1");
    });
    again.write(get);
    expect(await answerTo("2001:db8:0:1::2")).toBe("HTTP/1.1 200 OK");
    await ended;
    expect(said).toBe("");
  });

  it("is not that of an IPv4 address, however it is written", async () => {
    await many(mostConnections.address, () => "::ffff:192.0.2.1");
    expect(await answerTo("::ffff:192.0.2.2")).toBe("HTTP/1.1 200 OK");
    await from("::ffff:192.0.2.1");
    expect(tooMany()).toEqual([["An address has too many connections", "192.0.2.1"]]);
  });
});
