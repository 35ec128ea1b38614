import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";

/*
 * What an attacker writes: bytes on a connection, from an address of their own. Every address of 127.0.0.0/8 is this
 * machine's on Linux. Imports nothing of earshot.
 */

const patienceMs = 30_000;

/** What came back until the other side closed, or until the reply was whole. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Opens a connection from that address. */
export function dial(port: number, from: string): Promise<Socket> {
  return new Promise((done, failed) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress: from });
    socket.once("error", failed);
    socket.once("connect", () => {
      socket.off("error", failed);
      socket.on("error", () => undefined);
      done(socket);
    });
  });
}

/** Resolves once the other side has closed; rejects after half a minute. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((done, failed) => {
    if (socket.destroyed || socket.readableEnded) return done();
    const late = setTimeout(() => failed(new Error("the connection was never closed")), patienceMs);
    const over = (): void => {
      clearTimeout(late);
      done();
    };
    socket.resume().once("end", over).once("close", over);
  });
}

/** Sends bytes as they are and reads all that comes until the other side closes. */
export async function say(port: number, from: string, bytes: string | Buffer): Promise<string> {
  const socket = await dial(port, from);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  socket.write(bytes);
  await closed(socket);
  socket.destroy();
  return text;
}

/** One request whose target is written as it stands. */
export async function ask(
  port: number,
  from: string,
  target: string,
  { method = "GET", headers = {} }: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<Reply> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const text = await say(
    port,
    from,
    `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n${lines.join("")}\r\n`,
  );
  return replyIn(text);
}

export function replyIn(text: string): Reply {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { status: Number(first.split(" ")[1] ?? 0), headers, body: rest.join("\r\n\r\n") };
}

/** An Authorization header (RFC 7616, MD5) to a challenge. */
export function signed(
  challenge: string,
  how: { readonly user: string; readonly password: string; readonly method?: string; readonly uri: string },
): string {
  const field = (of: string): string => new RegExp(`${of}="?([^",]*)`).exec(challenge)?.[1] ?? "";
  const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
  const { user, password, method = "GET", uri } = how;
  const [realm, nonce] = [field("realm"), field("nonce")];
  const [one, two] = [md5(`${user}:${realm}:${password}`), md5(`${method}:${uri}`)];
  const response = md5(`${one}:${nonce}:00000001:abcdef:auth:${two}`);
  return (
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", qop=auth, nc=00000001, ` +
    `cnonce="abcdef", response="${response}", algorithm=MD5`
  );
}

/** Writes this again and again until the other side closes. @returns the bytes that were handed to the system, and what came. */
export async function pour(
  port: number,
  from: string,
  head: string,
  piece: Buffer,
): Promise<{ readonly bytes: number; readonly text: string }> {
  const socket = await dial(port, from);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  socket.write(head);
  const more = (): void => {
    while (!socket.destroyed && socket.writable && socket.write(piece));
  };
  socket.on("drain", more);
  more();
  await closed(socket);
  const bytes = socket.bytesWritten;
  socket.destroy();
  return { bytes, text };
}
