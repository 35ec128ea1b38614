import { once } from "node:events";
import { connect as connectPlain, createServer, type Socket, type TcpNetConnectOpts } from "node:net";
import { type ConnectionOptions, connect } from "node:tls";

/** What one connection got: the status of its request, what it was told of the server's certificate, or why it ended. */
export interface Shaken {
  readonly status?: number;
  readonly serial?: string;
  readonly resumed?: boolean;
  readonly session?: Buffer;
  readonly why?: string;
}

/** One request over TLS on a new connection. */
export function shake(
  port: number,
  path: string,
  options: ConnectionOptions & Pick<TcpNetConnectOpts, "localAddress"> = {},
): Promise<Shaken> {
  return new Promise((done) => {
    const socket = connect({ host: "127.0.0.1", port, ...options });
    let told: Shaken = {};
    let text = "";
    socket.on("session", (session: Buffer) => {
      told = { ...told, session };
    });
    socket.on("secureConnect", () => {
      told = { ...told, serial: socket.getPeerCertificate().serialNumber, resumed: socket.isSessionReused() };
      socket.write(`GET ${path} HTTP/1.1\r\nhost: phone\r\nconnection: close\r\n\r\n`);
    });
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => done({ why: error.code ?? error.message }));
    socket.on("close", () => done({ ...told, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? "0") }));
  });
}

/** How a ClientHello of this machine looks. */
async function hello(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const taken = once(server, "connection").then(async ([socket]: Socket[]) => {
    const [first] = await once(socket as Socket, "data");
    socket?.destroy();
    return first as Buffer;
  });
  const client = connect({
    host: "127.0.0.1",
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    ...options,
  });
  client.on("error", () => {});
  const first = await taken;
  client.destroy();
  server.close();
  return first;
}

/** A phone that begins a handshake and ends it with this alert (RFC 5246 7.2), once it has seen the server's certificate. */
export async function refuse(port: number, alert: number): Promise<void> {
  const first = await hello({ maxVersion: "TLSv1.2" });
  const socket = connectPlain(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(first);
  await once(socket, "data");
  socket.write(Buffer.of(0x15, 0x03, 0x03, 0x00, 0x02, 0x02, alert));
  socket.resume();
  await once(socket, "close");
}
