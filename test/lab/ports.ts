import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the range from which systems hand out ports on their own, so that nobody takes one between test and use. */
const LOWEST = 10_000;
const HIGHEST = 32_000;

/**
 * A block of `count` neighbouring ports on loopback of which the first `checked` are free now, both TCP and UDP.
 * @throws Error when no free block is found.
 */
export async function freePorts(count: number, checked: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    // Even, because RTP ports are (RFC 3550 section 11).
    const base = LOWEST + 2 * Math.floor((Math.random() * (HIGHEST - LOWEST - count)) / 2);
    const ports = Array.from({ length: checked }, (_, index) => base + index);
    const free = await Promise.all(ports.map(async (port) => (await tcpFree(port)) && (await udpFree(port))));
    if (free.every((is) => is)) return base;
  }
  throw new Error("no free ports on loopback");
}

async function tcpFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

async function udpFree(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
