import { createHash } from "node:crypto";
import { Line } from "./line.ts";

/** A Yealink that boots: its requests in their order on one connection, its credentials sent again with a count. */
export class BootingPhone {
  readonly mac: string;
  password: string;
  readonly #origin: string;
  readonly #from: string;

  constructor(origin: string, mac: string, from: string, password = "") {
    this.mac = mac;
    this.password = password;
    this.#origin = origin;
    this.#from = from;
  }

  /** Fetches its file in its window, and keeps the password that stands there. */
  async enrol(): Promise<string> {
    const line = new Line(this.#origin, this.#from);
    const { status, body } = await line.get(`${this.#origin}/c/${this.mac}.cfg`);
    line.close();
    const [, password] = /^static\.auto_provision\.server\.password = (.*)$/m.exec(body) ?? [];
    if (password === undefined) throw new Error(`no password but ${status}:\n${body}`);
    this.password = password;
    return body;
  }

  /** A whole boot. @returns how long the last file took, and all of it. */
  async boot(): Promise<{ readonly fileMs: number; readonly bootMs: number }> {
    const line = new Line(this.#origin, this.#from);
    const begun = performance.now();
    let challenge = "";
    let count = 0;
    const ask = async (name: string) => {
      const sign = (): Record<string, string> => {
        if (challenge === "") return {};
        count += 1;
        return { authorization: this.#signed(challenge, `/c/${name}`, count) };
      };
      const first = await line.get(`${this.#origin}/c/${name}`, sign());
      if (first.status !== 401) return first;
      challenge = first.head;
      count = 0;
      return line.get(`${this.#origin}/c/${name}`, sign());
    };
    await ask(`${this.mac}.boot`);
    await ask("y000000000000.boot");
    await ask("y000000000108.cfg");
    const { status, body, sentAt, endAt } = await ask(`${this.mac}.cfg`);
    if (status !== 200 || !body.includes("account.1")) throw new Error(`no file but ${status}`);
    line.close();
    return { fileMs: endAt - sentAt, bootMs: endAt - begun };
  }

  #signed(challenge: string, uri: string, count: number): string {
    const field = (of: string): string => new RegExp(`${of}="?([^",]*)`).exec(challenge)?.[1] ?? "";
    const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
    const [realm, nonce, nc] = [field("realm"), field("nonce"), count.toString(16).padStart(8, "0")];
    const one = md5(`${this.mac}:${realm}:${this.password}`);
    const response = md5(`${one}:${nonce}:${nc}:abcdef:auth:${md5(`GET:${uri}`)}`);
    return (
      `Digest username="${this.mac}", realm="${realm}", nonce="${nonce}", uri="${uri}", qop=auth, nc=${nc}, ` +
      `cnonce="abcdef", response="${response}", algorithm=MD5`
    );
  }
}
