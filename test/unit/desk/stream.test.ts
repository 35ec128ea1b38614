import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, it } from "vitest";
import { DeskStream, type Frame, unreadBytes } from "../../../src/http/desk/stream.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A stream with a browser at its other end that reads nothing at all. */
async function unread(): Promise<{ stream: DeskStream; waiting: () => number; closed: Promise<unknown> }> {
  let made: (stream: { stream: DeskStream; waiting: () => number; closed: Promise<unknown> }) => void = () => {};
  const arrived = new Promise<Parameters<typeof made>[0]>((resolve) => {
    made = resolve;
  });
  server = createServer((_request, reply) => {
    reply.writeHead(200);
    made({ stream: new DeskStream(reply), waiting: () => reply.writableLength, closed: once(reply, "close") });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.pause();
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  return arrived;
}

const piece = `data: ${"x".repeat(64 * 1024)}\n\n` as Frame;

/** Tells until it is refused; gives the most that ever waited in this process. */
async function flood(stream: DeskStream, waiting: () => number): Promise<number> {
  let most = 0;
  for (let told = 0; told < 10_000 && stream.tell(piece); told += 1) {
    most = Math.max(most, waiting());
    await new Promise(setImmediate);
  }
  return most;
}

it("a reader who does not read is cut off before their news fills the memory", async () => {
  const { stream, waiting, closed } = await unread();
  const most = await flood(stream, waiting);
  await closed;
  expect(most).toBeGreaterThan(unreadBytes / 2);
  expect(most).toBeLessThan(unreadBytes + 2 * piece.length);
  expect(stream.tell(piece)).toBe(false);
});

it("a long beginning is no reason to be cut off", async () => {
  const { stream } = await unread();
  stream.begin(Array.from({ length: 200 }, () => piece));
  expect(stream.tell(piece)).toBe(true);
});
