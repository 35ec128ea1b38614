import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock/index.js";
import { AmiClient } from "../../../src/pbx/asterisk/ami-client.js";
import { AmiInjection, amiHeader, amiReader, formatAction } from "../../../src/pbx/asterisk/ami-messages.js";
import { quietLog } from "../../lab/quiet-log.ts";

describe("AMI messages", () => {
  it("are read whole however the stream is cut", () => {
    const text =
      "Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nActionID: 1\r\nMessage: a: b\r\n\r\nEvent: X\r\n\r\n";
    for (let size = 1; size < text.length; size += 1) {
      const reader = amiReader();
      const messages = [];
      for (let at = 0; at < text.length; at += size) messages.push(...reader.read(text.slice(at, at + size)));
      expect(messages).toHaveLength(2);
      expect(messages[0] && amiHeader(messages[0], "message")).toBe("a: b");
    }
  });

  it.each(["a\r\nAction: Originate", "a\nb", "a\rb", "a\0b"])("a value with a line break is refused: %j", (value) => {
    expect(() => formatAction("Setvar", [["Value", value]])).toThrow(AmiInjection);
  });

  it("a header name that is no name is refused", () => {
    expect(() => formatAction("Setvar", [["Value: x\r\nAction", "y"]])).toThrow(AmiInjection);
  });
});

describe("an AMI login", () => {
  const sockets = new Set<Socket>();
  const received: string[] = [];
  let answer: (action: string) => string = () => "Response: Success\r\n";
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.write("Asterisk Call Manager/9.0.0\r\n");
    socket.on("data", (chunk) => {
      for (const action of String(chunk).split("\r\n\r\n").filter(Boolean)) {
        received.push(action);
        const id = /ActionID: (\w+)/.exec(action)?.[1];
        socket.write(`${answer(action)}ActionID: ${id}\r\n\r\n`);
      }
    });
  });
  let client: AmiClient | undefined;

  afterEach(async () => {
    client?.stop();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    received.length = 0;
    answer = () => "Response: Success\r\n";
    server.close();
    if (server.listening) await once(server, "close");
  });

  async function login(): Promise<AmiClient> {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const made = new AmiClient({ host: "127.0.0.1", port, username: "u", secret: "s" }, systemClock, quietLog);
    client = made;
    made.start();
    return made;
  }

  it("is there after the PBX has said yes, is gone with the connection, and comes back", async () => {
    const ami = await login();
    expect(ami.loggedIn).toBe(false);
    await expect.poll(() => ami.loggedIn).toBe(true);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => ami.loggedIn).toBe(false);
    await expect.poll(() => ami.loggedIn, { timeout: 5_000 }).toBe(true);
  });

  it("refused is not there", async () => {
    answer = () => "Response: Error\r\nMessage: Authentication failed\r\n";
    const ami = await login();
    await expect.poll(() => received.length).toBeGreaterThan(0);
    expect(ami.loggedIn).toBe(false);
    expect(await ami.action("QueuePause", [])).toMatchObject({ ok: false });
  });

  it("an action with an injection is refused and never sent", async () => {
    const ami = await login();
    await expect.poll(() => ami.loggedIn).toBe(true);
    const before = received.length;
    expect(await ami.action("Setvar", [["Value", "x\r\nAction: Originate"]])).toMatchObject({ ok: false });
    expect(received.length).toBe(before);
  });
});
