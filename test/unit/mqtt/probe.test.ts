import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { probeBroker } from "../../../src/mqtt/index.js";
import { ana, broker, Device, url } from "./rig.js";

async function listener(onSocket: "close" | "silent" = "close"): Promise<number> {
  const server = createServer((socket) => void (onSocket === "close" && socket.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return address === null || typeof address === "string" ? 0 : address.port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return address === null || typeof address === "string" ? 0 : address.port;
}

test("an external broker that lets earshot in", async () => {
  const made = await broker();
  const answer = await probeBroker({ kind: "external", url: url(made), username: "ana", password: ana.password });
  expect(answer).toEqual({ ok: true, sentence: `The MQTT broker at ${new URL(url(made)).host} lets earshot in.` });
});

test("an external broker that refuses the password is named without it", async () => {
  const made = await broker();
  const config = { kind: "external", url: url(made), username: "ana", password: "so-secret" } as const;
  const host = new URL(url(made)).host;
  expect(await probeBroker(config)).toEqual({
    ok: false,
    sentence: `The MQTT broker at ${host} cannot be used: it refuses the username or the password.`,
  });
});

test("no broker there, and one that says nothing", async () => {
  const port = await freePort();
  expect(await probeBroker({ kind: "external", url: `mqtt://127.0.0.1:${port}` })).toEqual({
    ok: false,
    sentence: `The MQTT broker at 127.0.0.1:${port} cannot be used: nothing listens there.`,
  });
  const taken = await listener();
  expect((await probeBroker({ kind: "external", url: `mqtt://127.0.0.1:${taken}` })).ok).toBe(false);
});

test("the embedded broker's port is free", async () => {
  const listen = { host: "127.0.0.1", port: await freePort() };
  expect(await probeBroker({ kind: "embedded", listen, accounts: [] })).toEqual({
    ok: true,
    sentence: `The embedded MQTT broker can listen on 127.0.0.1:${listen.port}.`,
  });
});

test("the embedded broker's port is ours already, and its clients stay", async () => {
  const made = await broker();
  const device = await Device.signIn(url(made), ana);
  const listen = made.address();
  expect(await probeBroker({ kind: "embedded", listen, accounts: [ana] })).toMatchObject({ ok: true });
  expect(await probeBroker({ kind: "embedded", listen, accounts: [] })).toMatchObject({ ok: true });
  expect(device.client.connected).toBe(true);
});

test("the embedded broker's port belongs to another program, or to another broker", async () => {
  const port = await listener();
  expect(await probeBroker({ kind: "embedded", listen: { host: "127.0.0.1", port }, accounts: [ana] })).toEqual({
    ok: false,
    sentence: `The embedded MQTT broker cannot start: 127.0.0.1:${port} is taken by another program.`,
  });
  const made = await broker();
  const accounts = [{ ...ana, password: "another" }];
  expect(await probeBroker({ kind: "embedded", listen: made.address(), accounts })).toMatchObject({ ok: false });
});
