import { connect } from "node:net";
import type { DeskAnswer, PhoneRequest } from "../../../src/control/index.ts";
import type { Desk } from "../../../src/http/index.ts";
import { PhoneServer, type PhoneServerOptions } from "../../../src/http/index.ts";
import { type LegId, type Mac, parseLegId, parseMac, parseToken, type Token } from "../../../src/model/index.ts";
import type { ListPage, Page, TextPage } from "../../../src/pages/index.ts";
import { sheets, texts } from "./words.ts";

export function sure<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a fixture's value has not the shape it should have");
  return value;
}

export const token: Token = sure(parseToken("AbCdEfGhIjKlMnOpQrStUvWxYz"));
export const otherToken: Token = sure(parseToken("ZyXwVuTsRqPoNmLkJiHgFeDcBa"));
export const stranger: Token = sure(parseToken("0000000000000000000000dead"));
export const mac: Mac = sure(parseMac("805ec0aabbcc"));
export const otherMac: Mac = sure(parseMac("805ec0aabbdd"));
export const leg = (text: string): LegId => sure(parseLegId(text));

export const board: ListPage = {
  kind: "list",
  title: "Live calls (2)",
  rows: [
    { text: "Ana Ruiz – Smith & Co – 03:12", link: { to: "call", leg: leg("c81") }, selection: leg("c81") },
    { text: "Ben Ode – 0441 555 01 – 00:47", link: { to: "call", leg: leg("c82") }, selection: leg("c82") },
    { text: "More …", link: { to: "board", page: 2 } },
  ],
  keys: [
    { label: "Listen", link: { to: "pick", pick: "listen" } },
    { label: "Coach", link: { to: "pick", pick: "coach" } },
    { label: "Update", link: { to: "home" } },
    { label: "Exit", link: { to: "exit" } },
  ],
  refresh: { seconds: 5, link: { to: "board", page: 1 } },
};

export const session: TextPage = {
  kind: "text",
  title: "Coaching Ana Ruiz",
  lines: ["Microphone muted.", "Ana sees you.", "", "Smith & Co <0441 555 01>"],
  keys: [
    { label: "Unmute", link: { to: "press", act: "unmute" } },
    { label: "Join", link: { to: "press", act: "join" } },
    { label: "Listen", link: { to: "press", act: "back" } },
    { label: "Leave", link: { to: "press", act: "leave" } },
  ],
  refresh: { seconds: 2, link: { to: "session" } },
  back: { to: "board", page: 1 },
  done: { to: "session" },
};

/** A desk that answers with one page and keeps what it was asked. */
export class ScriptedDesk implements Desk {
  readonly asked: { mac: Mac; request: PhoneRequest; host: string }[] = [];
  page: Page = board;
  step = 7;
  before: () => Promise<void> = async () => {};

  async answer(from: Mac, request: PhoneRequest, { host }: { host: string }): Promise<DeskAnswer> {
    this.asked.push({ mac: from, request, host });
    await this.before();
    return { page: this.page, step: this.step };
  }

  get last(): PhoneRequest | undefined {
    return this.asked.at(-1)?.request;
  }
}

/** A server on a free port, with its desk and all that it logged. */
export async function served(options: Partial<PhoneServerOptions> = {}) {
  const desk = new ScriptedDesk();
  const lines: string[] = [];
  const log = (level: string) => (about: object, sentence: string) => {
    lines.push(JSON.stringify({ level, ...about, sentence }));
  };
  const server = new PhoneServer({
    listen: { host: "127.0.0.1", port: 0 },
    publicUrl: "http://127.0.0.1:0",
    desk,
    tokens: { macOf: (given) => (given === token ? mac : given === otherToken ? otherMac : undefined) },
    phones: (of) => ({ vendor: "yealink", model: of === mac ? "T46U" : "T42U" }),
    sheets,
    signingKey: Buffer.alloc(32, 7),
    say: (_phone, screen) => texts.to(undefined, screen),
    refusals: { tell: (what, address, about) => void lines.push(JSON.stringify({ what, address, ...about })) },
    log: { info: log("info"), warn: log("warn"), error: log("error") },
    ...options,
  });
  const at = await server.start();
  return { server, desk, lines, url: at.publicUrl, port: at.port, launcher: server.launcherUrl(token) };
}

/** Sends bytes and gives back all that came until the other side closed, or `ms` had passed. */
export function raw(port: number, bytes: string, ms = 2000): Promise<string> {
  return new Promise((resolve) => {
    let reply = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    const done = () => {
      socket.destroy();
      resolve(reply);
    };
    const timer = setTimeout(done, ms);
    socket.on("data", (data) => {
      reply += String(data);
    });
    socket.on("close", () => {
      clearTimeout(timer);
      done();
    });
    socket.on("error", done);
  });
}
