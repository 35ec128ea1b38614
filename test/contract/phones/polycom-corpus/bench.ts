import { type PolycomOptions, PolycomPhone } from "../../../lab/phones/polycom.ts";
import type { Switches } from "../../../lab/phones/polycom-switches.ts";
import { PageServer, type Served } from "./server.ts";

const doc = (title: string, body: string, keys = ""): string =>
  `<html><head><title>${title}</title></head><body>${body}</body>${keys}</html>`;

/** A page that is not the one before. */
export const other = (body = doc("Other", "<p>x</p>")): Served => ({ body });
export const vvx = (switches: Partial<Switches> = {}): PolycomOptions => ({ model: "VVX_500", switches });
export const soundPoint = (switches: Partial<Switches> = {}): PolycomOptions => ({ model: "SPIP_550", switches });
export { doc };

/** A strict Polycom and a server whose pages the test says. */
export class PolycomBench {
  readonly server = new PageServer();
  phone = new PolycomPhone();

  async start(): Promise<void> {
    await this.server.start();
  }

  async stop(): Promise<void> {
    await this.phone.stop();
    await this.server.stop();
  }

  at(path: string): string {
    return `${this.server.origin}${path}`;
  }

  /** The paths that were asked for, in order. */
  asked(): string[] {
    return this.server.asked.map(({ path }) => path);
  }

  /** Serves a page under that path from now on. */
  serve(path: string, served: Served | string | "nothing"): void {
    const isPage = typeof served === "string" && served !== "nothing";
    this.server.pages.set(path, isPage ? { body: served } : (served as Served | "nothing"));
  }

  /** The page of that address on the screen of such a phone. */
  async showing(served: Served | string, options: PolycomOptions = {}): Promise<PolycomPhone> {
    await this.phone.stop();
    this.phone = new PolycomPhone(options);
    this.serve("/", served);
    await this.phone.open(this.at("/"));
    return this.phone;
  }

  /** Two calls, a way to the next page, and two softkeys in the other order. */
  list(): string {
    return doc(
      "Live calls 2",
      `<table><tr><td><a href="${this.at("/17")}">Dana R.</a></td><td>0412 02:41</td></tr>
<tr><td><a href="${this.at("/18")}">Omar &amp; Li</a></td><td>sales 00:12</td></tr></table><p><a href="${this.at("/next")}">Next</a></p>`,
      `<softkey index="2" label="Exit" action="SoftKey:Exit"/><softkey index="1" label="Find" action="SoftKey:Fetch;${this.at("/find")}"/>`,
    );
  }

  /** A form of every kind of field. */
  find(action = "/found", more = ""): string {
    return doc(
      "Find",
      `<form method="get" action="${this.at(action)}">Name: <input type="text" name="typed" value="A"/>
PIN: <input type="password" name="pin"/><input type="hidden" name="h" value="1"/>
<input type="submit" name="do" value="Go"/>${more}</form>`,
    );
  }
}
