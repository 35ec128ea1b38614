import { connect } from "node:net";

const connectMs = 2_000;
const rememberedMs = 600_000;

/**
 * Tells which address of this machine a phone sees, for one that nobody has told its own: that of a connection to the
 * phone's web server, made for this alone and remembered for ten minutes. Rejects where the phone cannot be reached.
 */
export function ownAddresses(): (origin: string) => Promise<string> {
  const known = new Map<string, { readonly address: string; readonly until: number }>();
  return async (origin) => {
    const was = known.get(origin);
    if (was && performance.now() < was.until) return was.address;
    const address = await seenFrom(new URL(origin));
    known.set(origin, { address, until: performance.now() + rememberedMs });
    return address;
  };
}

function seenFrom({ hostname, port, protocol }: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[|\]$/g, "");
    const socket = connect({ host, port: Number(port) || (protocol === "https:" ? 443 : 80), timeout: connectMs });
    socket.once("connect", () => {
      resolve((socket.localAddress ?? "").replace(/^::ffff:/, ""));
      socket.destroy();
    });
    socket.once("timeout", () => socket.destroy(Object.assign(new Error("no answer"), { name: "TimeoutError" })));
    socket.once("error", reject);
  });
}
