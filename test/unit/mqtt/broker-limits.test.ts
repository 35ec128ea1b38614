import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { followFrames } from "../../../src/mqtt/frames.js";
import { EmbeddedBroker, ListenError } from "../../../src/mqtt/index.js";
import { ana, broker, Device, keptLog, url } from "./rig.js";

test("a packet beyond the limit ends its connection before it is all there", async () => {
  const made = await broker(keptLog().log, { packetBytes: 1000 });
  const device = await Device.signIn(url(made), ana);
  const closed = new Promise<void>((resolve) => device.client.once("close", () => resolve()));
  device.client.publish("earshot/agents/2001/help/set", "x".repeat(1000));
  await closed;
  await Device.signIn(url(made), ana);
});

test("a stranger who sends no MQTT is let go", async () => {
  const made = await broker();
  const socket = connect(made.address().port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(socket, "close");
});

test("one client too many is turned away, and there is room again when one goes", async () => {
  const kept = keptLog();
  const made = await broker(kept.log, { clients: 2 });
  const first = await Device.signIn(url(made), ana);
  await Device.signIn(url(made), ana);
  const third = connect(made.address().port, "127.0.0.1");
  third.on("error", () => {});
  await once(third, "close");
  expect(kept.lines).toHaveLength(1);
  await first.client.endAsync(true);
  for (;;) {
    const device = await Device.signIn(url(made), ana).catch(() => undefined);
    if (device !== undefined) break;
  }
});

test("a client has so many subscriptions and no more, until it gives one up", async () => {
  const made = await broker(keptLog().log, { filtersPerClient: 2 });
  const device = await Device.signIn(url(made), ana);
  expect(await device.subscribe("earshot/agents/2001/a")).toBe(1);
  expect(await device.subscribe("earshot/agents/2001/b")).toBe(1);
  expect(await device.subscribe("earshot/agents/2001/c")).toBe(128);
  await device.client.unsubscribeAsync("earshot/agents/2001/a");
  expect(await device.subscribe("earshot/agents/2001/c")).toBe(1);
});

test("a port that is taken is an error that names it", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  const made = new EmbeddedBroker(
    { listen: { host: "127.0.0.1", port }, accounts: [], base: "earshot" },
    keptLog().log,
  );
  const error = await made.start().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ListenError);
  expect(error).toMatchObject({ fault: "port-taken", message: `127.0.0.1:${port} is taken by another program` });
});

test("a stopped broker has freed its port, and tells no address", async () => {
  const made = await broker();
  const { port } = made.address();
  await Device.signIn(url(made), ana);
  await made.stop();
  expect(() => made.address()).toThrow("does not listen");
  const next = createServer().listen(port, "127.0.0.1");
  await once(next, "listening");
  next.close();
});

test("packets are followed however the bytes are cut", () => {
  const publish = Buffer.concat([Buffer.from([0x32, 0x83, 0x01]), Buffer.alloc(131, 0x40)]);
  const bytes = Buffer.concat([Buffer.from([0xc0, 0]), publish, Buffer.from([0x40, 2, 0x12, 0x34, 0x40, 2, 0, 1])]);
  for (let size = 1; size <= bytes.length; size += 1) {
    const acknowledged: number[] = [];
    const follow = followFrames(200, (id) => acknowledged.push(id));
    for (let at = 0; at < bytes.length; at += size) expect(follow(bytes.subarray(at, at + size))).toBe(true);
    expect(acknowledged).toEqual([0x1234, 1]);
  }
});

test.each([
  ["longer than the limit", [0x30, 0xc9, 0x01]],
  ["a length of five bytes", [0x30, 0x80, 0x80, 0x80, 0x80, 0x01]],
  ["a PUBACK of three bytes", [0x40, 3, 0, 1, 0]],
])("a packet is refused: %s", (_what, bytes) => {
  expect(followFrames(200, () => {})(Buffer.from(bytes))).toBe(false);
});
