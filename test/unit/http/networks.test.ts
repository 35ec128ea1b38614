import { once } from "node:events";
import type { createServer, Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { limitedServer } from "../../../src/http/limits.ts";

/** As `http/limits.ts` has it. */
const mostConnections = 512;

let server: Server;
let front: ReturnType<typeof createTcpServer>;
let port: number;
let told: (readonly [what: string, from: string])[];
let open: Socket[];
/** Whom the next connection comes from, as far as the server sees. */
let next: string;

beforeEach(async () => {
  told = [];
  open = [];
  server = limitedServer((_, response) => void response.end("ok"), {
    tell: (what: string, from: string) => void told.push([what, from]),
  } as never) as ReturnType<typeof createServer>;
  front = createTcpServer((socket) => {
    Object.defineProperty(socket, "remoteAddress", { value: next });
    server.emit("connection", socket);
  });
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  port = (front.address() as AddressInfo).port;
});

afterEach(() => {
  for (const socket of open) socket.destroy();
  front.close();
  server.close();
});

async function from(address: string): Promise<Socket> {
  next = address;
  const accepted = once(front, "connection");
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  open.push(socket);
  await accepted;
  return socket;
}

async function many(count: number, address: (at: number) => string): Promise<void> {
  for (let at = 0; at < count; at += 1) await from(address(at));
}

const soon = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });
const get = "GET / HTTP/1.1\r\nHost: earshot\r\n\r\n";

/** What a connection from there is answered. */
async function answerTo(address: string): Promise<string> {
  const socket = await from(address);
  socket.write(get);
  const [chunk] = (await once(socket, "data")) as [Buffer];
  return chunk.toString("latin1").split("\r\n")[0] ?? "";
}

describe("an IPv6 network of 64 bits", () => {
  it("has as many connections as one address, whatever addresses it takes", async () => {
    await many(mostConnections, (at) => `2001:db8:0:1::${at.toString(16)}`);
    expect(told).toEqual([]);
    await from("2001:db8:0:1:ffff::1");
    expect(told).toEqual([["An address has too many connections", "2001:db8:0:1:ffff::1"]]);
    expect(await answerTo("2001:db8:0:2::1")).toBe("HTTP/1.1 200 OK");
    expect(await answerTo("192.0.2.7")).toBe("HTTP/1.1 200 OK");
  });

  it("is shut out as a whole where one of its addresses asked for many things at a time", async () => {
    const greedy = await from("2001:db8:0:1::1");
    greedy.write(get.repeat(50));
    await soon(() => told).toEqual([["A connection asked for many things at a time", "2001:db8:0:1::1"]]);
    const another = await from("2001:db8:0:1::2");
    const ended = new Promise((done) => another.once("close", done));
    let said = "";
    another.on("data", (chunk: Buffer) => {
      said += chunk.toString("latin1");
    });
    another.write(get);
    await ended;
    expect(said).toBe("");
    expect(await answerTo("2001:db8:0:2::1")).toBe("HTTP/1.1 200 OK");
  });

  it("is not that of an IPv4 address, however it is written", async () => {
    await many(mostConnections, () => "::ffff:192.0.2.1");
    expect(await answerTo("::ffff:192.0.2.2")).toBe("HTTP/1.1 200 OK");
    await from("::ffff:192.0.2.1");
    expect(told).toEqual([["An address has too many connections", "192.0.2.1"]]);
  });
});
