import { createSocket } from "node:dgram";
import { once } from "node:events";

/** This machine's address on the way to a host; undefined where there is no way. Nothing is sent. */
export async function addressTowards(host: string): Promise<string | undefined> {
  return (await along("udp4", host)) ?? (await along("udp6", host));
}

async function along(type: "udp4" | "udp6", host: string): Promise<string | undefined> {
  const socket = createSocket(type);
  try {
    const connected = once(socket, "connect", { signal: AbortSignal.timeout(5_000) });
    socket.connect(9, host);
    await connected;
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
