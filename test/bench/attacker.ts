import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect as connectPlain, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { type Attack, inTheClear, overTls } from "./attacks.ts";

/**
 * A process that attacks as fast as it is let: connections each of which asks, waits for the reply and asks again; those that
 * are closed are opened anew at once. The bench names the attack, and stops it; it is told how many tries there were.
 */

const connections = 200;
const port = Number(process.argv[2]);
/** A certificate with its key. */
let shown: string | undefined;
// It stands for machines elsewhere: what it costs itself is not to be taken from whom it attacks, so it runs when nobody else
// wants to.
execFileSync("chrt", ["--all-tasks", "--idle", "--pid", "0", String(process.pid)]);
let running = false;
let tries = 0;
/** Where attackers come from is new in each round: who has been refused often waits longer. */
let round = 0;
const open = new Set<Socket>();

function connect({ addresses = 1, by }: Attack, index: number): { readonly socket: Socket; readonly ready: string } {
  const to = { port, host: "127.0.0.1", localAddress: `127.0.${9 + round}.${2 + (index % addresses)}` };
  if (by === undefined) return { socket: connectPlain(to), ready: "connect" };
  const own = by === "tls" ? {} : { cert: shown, key: shown };
  return { socket: connectTls({ ...to, ...own, rejectUnauthorized: false }), ready: "secureConnect" };
}

function one(attack: Attack, index: number): void {
  if (!running) return;
  const { socket, ready } = connect(attack, index);
  open.add(socket);
  const ask = (): void => {
    tries += 1;
    socket.write(attack.bytes(tries));
  };
  let dripping: NodeJS.Timeout | undefined;
  socket.once(ready, () => {
    ask();
    if (attack.until === "connected") return void socket.destroy();
    if (!attack.drip) return;
    const { bytes, everyMs } = attack.drip;
    dripping = setInterval(() => socket.writable && socket.writableLength === 0 && socket.write(bytes), everyMs);
  });
  socket.on("data", (chunk: Buffer) => {
    if (!running || socket.destroyed || !/^HTTP\/1\.1 /.test(chunk.toString("latin1", 0, 9))) return;
    if (attack.until === "answered") socket.destroy();
    else ask();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    clearInterval(dripping);
    open.delete(socket);
    setImmediate(() => one(attack, index));
  });
}

process.on(
  "message",
  async (message: {
    readonly attack?: string;
    readonly round?: number;
    readonly certificate?: string;
    readonly end?: boolean;
  }) => {
    if (message.attack !== undefined) {
      const attack = { ...inTheClear, ...overTls }[message.attack];
      if (!attack) throw new Error(message.attack);
      running = true;
      tries = 0;
      round = message.round ?? 0;
      shown = message.certificate === undefined ? undefined : readFileSync(message.certificate, "utf8");
      for (let index = 0; index < (attack.wide ?? connections); index += 1) one(attack, index);
      process.send?.({ begun: true });
    }
    if (message.end) {
      running = false;
      for (const socket of open) socket.destroy();
      while (open.size > 0) await pause(10);
      process.send?.({ tries });
    }
  },
);
console.log("ready");
// Nothing else keeps it between two attacks.
setInterval(() => undefined, 60_000);
