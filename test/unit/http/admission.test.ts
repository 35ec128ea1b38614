import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Admission, handshakes } from "../../../src/http/admission.ts";
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

function admission() {
  const clock = new VirtualClock();
  const begun: string[] = [];
  const door = { open: true };
  const made = new Admission<Caller>({
    begin: (caller) => void begun.push(caller.name),
    open: () => door.open,
    pace: handshakes,
    now: () => clock.now(),
    after: (ms, run) => void clock.after(ms, run),
  });
  return { made, clock, begun, door };
}

describe("a handshake", () => {
  it("begins at once where nobody else waits", () => {
    const { made, begun } = admission();
    made.take(new Caller("one"), "192.0.2.1");
    expect(begun).toEqual(["one"]);
  });

  it("begins after the one before, some time later", async () => {
    const { made, begun, clock } = admission();
    made.take(new Caller("one"), "192.0.2.1");
    made.take(new Caller("two"), "192.0.2.1");
    await clock.advance(2);
    expect(begun).toEqual(["one"]);
    await clock.advance(1);
    expect(begun).toEqual(["one", "two"]);
  });

  it("leaves others more time after one of an address that has had many in this minute", async () => {
    const { made, begun, clock } = admission();
    for (let n = 1; n <= 30; n += 1) {
      made.take(new Caller(`a${n}`), "192.0.2.1");
      await clock.advance(10);
    }
    made.take(new Caller("a31"), "192.0.2.1");
    made.take(new Caller("b"), "192.0.2.2");
    await clock.advance(7);
    expect(begun.at(-1)).toBe("a31");
    await clock.advance(1);
    expect(begun.at(-1)).toBe("b");
  });

  it("leaves others more time after one of an address of which many wait", async () => {
    const { made, begun, clock } = admission();
    for (let n = 1; n <= 6; n += 1) made.take(new Caller(`a${n}`), "192.0.2.1");
    await clock.advance(3);
    expect(begun).toEqual(["a1", "a2"]);
    await clock.advance(7);
    expect(begun).toEqual(["a1", "a2"]);
    await clock.advance(1);
    expect(begun).toEqual(["a1", "a2", "a3"]);
    await clock.advance(3);
    expect(begun).toEqual(["a1", "a2", "a3", "a4"]);
  });

  it("waits for no crowd behind another address", async () => {
    const { made, begun, clock } = admission();
    for (const name of ["a1", "a2", "a3", "a4"]) made.take(new Caller(name), "192.0.2.1");
    made.take(new Caller("b1"), "192.0.2.2");
    made.take(new Caller("b2"), "192.0.2.2");
    await clock.advance(100);
    expect(begun).toEqual(["a1", "a2", "b1", "a3", "b2", "a4"]);
  });

  it("waits for no crowd in one IPv6 network of 64 bits, whatever addresses that takes", async () => {
    const { made, begun, clock } = admission();
    for (const last of ["1", "2", "3", "4"]) made.take(new Caller(`a${last}`), `2001:db8:0:1::${last}`);
    made.take(new Caller("b1"), "2001:db8:0:2::1");
    await clock.advance(100);
    expect(begun).toEqual(["a1", "a2", "b1", "a3", "a4"]);
  });

  it("is made in time with each of 1,500 phones that come at once, each from its own address", async () => {
    const { made, begun, clock } = admission();
    const phones = Array.from({ length: 1_500 }, (_, index) => new Caller(`${index}`));
    for (const [index, phone] of phones.entries()) made.take(phone, `192.0.${index >> 8}.${index & 255}`);
    await clock.advance(5_000);
    expect(begun).toHaveLength(1_500);
    expect(phones.filter(({ destroyed }) => destroyed)).toEqual([]);
  });

  it("takes no time from the others where its connection is gone", async () => {
    const { made, begun, clock } = admission();
    const gone = new Caller("gone");
    for (const caller of [new Caller("one"), gone, new Caller("two")]) made.take(caller, "192.0.2.1");
    gone.destroy();
    await clock.advance(3);
    expect(begun).toEqual(["one", "two"]);
  });

  it("that has waited too long does not begin, and its connection is closed", async () => {
    const { made, begun, clock } = admission();
    const crowd = Array.from({ length: 1_000 }, (_, index) => new Caller(`${index}`));
    for (const caller of crowd) made.take(caller, "192.0.2.1");
    await clock.advance(5_010);
    expect(begun).toHaveLength(626);
    expect(crowd.filter(({ destroyed }) => destroyed)).toHaveLength(374);
  });

  it("does not begin once nobody listens any more, and who waits is let go", async () => {
    const { made, begun, clock, door } = admission();
    const late = new Caller("late");
    made.take(new Caller("one"), "192.0.2.1");
    made.take(late, "192.0.2.1");
    door.open = false;
    await clock.advance(3);
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

describe("a server in the clear", () => {
  let server: Server;
  let told: string[];
  let accepted: Socket[];
  let callers: Socket[];

  beforeEach(async () => {
    told = [];
    accepted = [];
    callers = [];
    server = limitedServer((_, response) => void response.end("ok"), { tell: (what) => void told.push(what) });
    server.on("connection", (socket) => void accepted.push(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  afterEach(() => {
    for (const caller of callers) caller.destroy();
    server.close();
  });

  function call(localAddress: string): Socket {
    const { port } = server.address() as AddressInfo;
    const caller = connect({ port, host: "127.0.0.1", localAddress }).on("error", () => undefined);
    callers.push(caller);
    return caller;
  }

  it("lets nobody wait for a crowd behind another address", async () => {
    let answered = 0;
    const ask = async (localAddress: string): Promise<void> => {
      const caller = call(localAddress);
      caller.write("GET / HTTP/1.1\r\nHost: earshot\r\nConnection: close\r\n\r\n");
      await once(caller.resume(), "end");
      answered += 1;
    };
    const crowd = Array.from({ length: 200 }, () => ask("127.0.0.2"));
    await ask("127.0.0.1");
    expect(answered).toBeLessThan(100);
    await Promise.all(crowd);
    expect(answered).toBe(201);
  });

  it("is rid of those who have gone while they waited, and tells nobody that they were slow", async () => {
    const gone = Array.from({ length: 200 }, () => once(call("127.0.0.2").end(), "close"));
    await Promise.all(gone);
    expect(accepted).toHaveLength(200);
    expect(told).toEqual([]);
  });

  it("reads no more of who asked for many things at a time", async () => {
    const greedy = call("127.0.0.2");
    await once(server, "connection");
    greedy.write("GET / HTTP/1.1\r\nHost: earshot\r\n\r\n".repeat(20_000));
    const [there] = accepted;
    await once(there ?? expect.fail("nobody came"), "close");
    expect(told).toEqual(["A connection asked for many things at a time"]);
    expect(there?.bytesRead).toBeLessThan(200_000);
  });

  it("reads nothing of who waited while their address was shut out", async () => {
    const crowd = Array.from({ length: 300 }, () => call("127.0.0.2"));
    const get = "GET / HTTP/1.1\r\nHost: earshot\r\n\r\n";
    crowd.at(-1)?.write(get);
    await expect.poll(() => accepted.length, { interval: 5 }).toBe(300);
    crowd[0]?.write(get.repeat(50));
    const last = accepted.find(({ remotePort }) => remotePort === crowd.at(-1)?.localPort);
    await once(last ?? expect.fail("the last did not come"), "close");
    expect(told).toEqual(["A connection asked for many things at a time"]);
    expect(last?.bytesRead).toBe(0);
  });
});
