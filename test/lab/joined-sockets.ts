import type { Socket } from "node:net";

/** Lets two sockets be one connection: what comes in at either goes out at the other, and they end together. */
export function join(near: Socket, far: Socket, all: Set<Socket>): void {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    all.add(one);
    one.on("error", () => other.destroy());
    one.on("close", () => {
      all.delete(one);
      other.destroy();
    });
    one.pipe(other);
  }
}
