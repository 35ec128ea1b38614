import { connect, type Socket } from "node:net";
import { constants, setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

/**
 * A process that attacks as fast as it is let: connections each of which asks, waits for the reply and asks again; those that
 * are closed are opened anew at once. The bench names the attack, and stops it; it is told how many tries there were.
 */

const connections = 200;
const mac = (n: number): string => `805ec1${(n % 0x1000000).toString(16).padStart(6, "0")}`;
const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: phones\r\n${more}\r\n`;

interface Attack {
  /** Connections at a time. */
  readonly wide?: number;
  /** From so many addresses; one unless told. */
  readonly addresses?: number;
  bytes(n: number): string | Buffer;
  /** Sent again and again while nothing comes. */
  readonly drip?: { readonly bytes: string | Buffer; readonly everyMs: number };
}

const digest =
  `Digest username="${mac(0)}", realm="earshot", nonce="abc.def", uri="/c/${mac(0)}.cfg", qop=auth, nc=00000001, ` +
  `cnonce="x", response="0123456789abcdef0123456789abcdef"`;
const tricks = [
  "/c/%2e%2e%2fsecret.key",
  "/c/a%00.cfg",
  "/c//x.cfg",
  "/c/..\\x",
  `/c/${"a".repeat(5_000)}`,
  "/C/x",
  "/c/%zz",
];

const attacks: Readonly<Record<string, Attack>> = {
  "MAC guessing": { bytes: (n) => get(`/c/${mac(n)}.cfg`) },
  "MAC guessing from 200 addresses": { addresses: 200, bytes: (n) => get(`/c/${mac(n)}.cfg`) },
  "wrong credentials": { bytes: () => get(`/c/${mac(0)}.cfg`, `Authorization: ${digest}\r\n`) },
  "tricks in paths": { bytes: (n) => get(tricks[n % tricks.length] ?? "") },
  "token guessing": { bytes: (n) => get(`/p/${String(n).padStart(22, "x")}/`) },
  "huge PUTs": {
    bytes: () =>
      Buffer.concat([Buffer.from("PUT /c/x HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000000\r\n\r\n"), huge]),
    drip: { bytes: Buffer.alloc(65_536, "x"), everyMs: 1 },
  },
  "slow clients": { wide: 500, bytes: () => "GET /c/x HTTP/1.1\r\n", drip: { bytes: "X: y\r\n", everyMs: 500 } },
  "600 connections": { wide: 600, bytes: () => "" },
  "requests without waiting": { bytes: (n) => get(`/c/${mac(n)}.cfg`).repeat(200) },
};
const huge = Buffer.alloc(65_536, "x");
const port = Number(process.argv[2]);
// It stands for machines elsewhere: what it costs itself is not to be taken from whom it attacks.
setPriority(constants.priority.PRIORITY_LOW);
let running = false;
let tries = 0;
const open = new Set<Socket>();

function one(attack: Attack, index: number): void {
  if (!running) return;
  const last = attack.addresses === undefined ? 2 : 2 + (index % attack.addresses);
  const socket = connect({ port, host: "127.0.0.1", localAddress: `127.0.9.${last}` });
  open.add(socket);
  const ask = (): void => {
    tries += 1;
    socket.write(attack.bytes(tries));
  };
  const dripping =
    attack.drip &&
    setInterval(
      () => socket.writable && socket.writableLength === 0 && socket.write(attack.drip?.bytes ?? ""),
      attack.drip.everyMs,
    );
  socket.on("connect", ask);
  socket.on(
    "data",
    (chunk: Buffer) => running && /^HTTP\/1\.1 /.test(chunk.toString("latin1", 0, 9)) && !socket.destroyed && ask(),
  );
  socket.on("error", () => undefined);
  socket.on("close", () => {
    clearInterval(dripping);
    open.delete(socket);
    setImmediate(() => one(attack, index));
  });
}

process.on("message", async (message: { readonly attack?: string; readonly end?: boolean }) => {
  if (message.attack !== undefined) {
    const attack = attacks[message.attack];
    if (!attack) throw new Error(message.attack);
    running = true;
    tries = 0;
    for (let index = 0; index < (attack.wide ?? connections); index += 1) one(attack, index);
    process.send?.({ begun: true });
  }
  if (message.end) {
    running = false;
    for (const socket of open) socket.destroy();
    while (open.size > 0) await pause(10);
    process.send?.({ tries });
  }
});
console.log(JSON.stringify(Object.keys(attacks)));
// Nothing else keeps it between two attacks.
setInterval(() => undefined, 60_000);
