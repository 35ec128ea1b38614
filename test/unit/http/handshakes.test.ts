import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, it } from "vitest";
import { Handshakes } from "../../../src/http/handshakes.ts";
import { limitedServer } from "../../../src/http/limits.ts";
import { serverCertificate } from "../../lab/certificate.ts";
import { VirtualClock } from "../virtual-clock.ts";

/** A connection that waits to be shaken hands with. */
class Caller {
  destroyed = false;

  constructor(readonly name: string) {}

  on(): void {}

  destroy(): void {
    this.destroyed = true;
  }
}

function handshakes() {
  const clock = new VirtualClock();
  const begun: string[] = [];
  const door = { open: true };
  const made = new Handshakes<Caller>({
    begin: (caller) => void begun.push(caller.name),
    open: () => door.open,
    now: () => clock.now(),
    after: (ms, run) => void clock.after(ms, run),
  });
  return { made, clock, begun, door };
}

describe("a handshake", () => {
  it("begins at once where nobody else waits", () => {
    const { made, begun } = handshakes();
    made.take(new Caller("one"), "192.0.2.1");
    expect(begun).toEqual(["one"]);
  });

  it("begins after the one before, some time later", async () => {
    const { made, begun, clock } = handshakes();
    made.take(new Caller("one"), "192.0.2.1");
    made.take(new Caller("two"), "192.0.2.1");
    expect(begun).toEqual(["one"]);
    await clock.advance(2);
    expect(begun).toEqual(["one", "two"]);
  });

  it("leaves others more time after one of an address that has had many in this minute", async () => {
    const { made, begun, clock } = handshakes();
    for (let n = 1; n <= 40; n += 1) made.take(new Caller(`a${n}`), "192.0.2.1");
    await clock.advance(60);
    expect(begun).toHaveLength(31);
    await clock.advance(6);
    expect(begun).toHaveLength(31);
    await clock.advance(2);
    expect(begun).toHaveLength(32);
  });

  it("waits for no crowd behind another address", async () => {
    const { made, begun, clock } = handshakes();
    for (const name of ["a1", "a2", "a3", "a4"]) made.take(new Caller(name), "192.0.2.1");
    made.take(new Caller("b1"), "192.0.2.2");
    made.take(new Caller("b2"), "192.0.2.2");
    await clock.advance(100);
    expect(begun).toEqual(["a1", "a2", "b1", "a3", "b2", "a4"]);
  });

  it("waits for no crowd in one IPv6 network of 64 bits, whatever addresses that takes", async () => {
    const { made, begun, clock } = handshakes();
    for (const last of ["1", "2", "3", "4"]) made.take(new Caller(`a${last}`), `2001:db8:0:1::${last}`);
    made.take(new Caller("b1"), "2001:db8:0:2::1");
    await clock.advance(100);
    expect(begun).toEqual(["a1", "a2", "b1", "a3", "a4"]);
  });

  it("is made in time with each of 1,500 phones that come at once, each from its own address", async () => {
    const { made, begun, clock } = handshakes();
    const phones = Array.from({ length: 1_500 }, (_, index) => new Caller(`${index}`));
    for (const [index, phone] of phones.entries()) made.take(phone, `192.0.${index >> 8}.${index & 255}`);
    await clock.advance(5_000);
    expect(begun).toHaveLength(1_500);
    expect(phones.filter(({ destroyed }) => destroyed)).toEqual([]);
  });

  it("takes no time from the others where its connection is gone", async () => {
    const { made, begun, clock } = handshakes();
    const gone = new Caller("gone");
    for (const caller of [new Caller("one"), gone, new Caller("two")]) made.take(caller, "192.0.2.1");
    gone.destroy();
    await clock.advance(2);
    expect(begun).toEqual(["one", "two"]);
  });

  it("that has waited too long does not begin, and its connection is closed", async () => {
    const { made, begun, clock } = handshakes();
    const crowd = Array.from({ length: 1_000 }, (_, index) => new Caller(`${index}`));
    for (const caller of crowd) made.take(caller, "192.0.2.1");
    await clock.advance(5_010);
    expect(begun).toHaveLength(648);
    expect(crowd.filter(({ destroyed }) => destroyed)).toHaveLength(352);
  });

  it("does not begin once nobody listens any more, and who waits is let go", async () => {
    const { made, begun, clock, door } = handshakes();
    const late = new Caller("late");
    made.take(new Caller("one"), "192.0.2.1");
    made.take(late, "192.0.2.1");
    door.open = false;
    await clock.advance(2);
    expect(begun).toEqual(["one"]);
    expect(late.destroyed).toBe(true);
  });
});

it("a handshake that does not end keeps no server from its end", { timeout: 20_000 }, async () => {
  const { certificate, key } = serverCertificate();
  const server = limitedServer(() => undefined, { tell: () => undefined }, { cert: certificate, key });
  const failed: unknown[] = [];
  server.on("tlsClientError", ({ code }: Error & { code?: string }) => void failed.push(code));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const silent = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => undefined);
  await once(server, "connection");
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
  expect(failed).not.toContain("ERR_TLS_HANDSHAKE_TIMEOUT");
  silent.destroy();
});
